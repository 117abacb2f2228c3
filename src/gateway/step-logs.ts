import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { SagalineError } from '../domain/errors';
import type { StepLogs } from '../ports';
import type { GatewayDependencies } from './dependencies';
import { sendProblem } from './problems';
import { valid } from './requests';
import { isOpen } from '../domain/run-status';
import { runId } from './runs';
import { logQuerySchema } from './schemas';
import type { GatewayServices } from './services';
import type { TemporalRuns } from './temporal-runs';

/** Milliseconds between two looks at a log that does not grow. */
const followMs = 500;

const closedSteps = ['succeeded', 'failed', 'cancelled', 'skipped'];

/** `GET /runs/:id/steps/:step/logs`: plain text, in part with Range, or as it grows with `?follow=1`. */
export function stepLogsRouter(
  { logs }: Pick<GatewayDependencies, 'logs'>,
  { access, runs, configuration }: Pick<GatewayServices, 'access' | 'runs' | 'configuration'>,
): Router {
  const show: RequestHandler<{ id: string; step: string }> = async (request, response) => {
    const { id, step } = request.params;
    const run = await runId(id, configuration);
    const { follow } = valid(logQuerySchema, request.query);
    response.type('text/plain; charset=utf-8');
    if (follow === '1') {
      // Asked before the first byte: afterwards there is no way to answer 404 any more.
      await isStepClosed(runs, run, step);
      await send(response, Readable.from(followed(logs, runs, run, step)));
      return;
    }
    const size = await logs.size(run, step);
    if (size === undefined)
      throw new SagalineError('NotFound', `there is no log of step ${step} of this run`);
    await sendPart(request, response, size, (start, end) => logs.read(run, step, start, end));
  };
  return Router().get('/runs/:id/steps/:step/logs', access.required, show);
}

/** Sends all, or the one range that was asked for; several ranges may by RFC 9110 be answered with all. */
async function sendPart(
  request: Request<{ id: string; step: string }>,
  response: Response,
  size: number,
  read: (start: number, end: number) => Readable,
): Promise<void> {
  response.set('Accept-Ranges', 'bytes');
  const ranges = request.range(size);
  if (ranges === -1) {
    response.set('Content-Range', `bytes */${String(size)}`);
    sendProblem(
      request,
      response,
      new SagalineError('RangeNotSatisfiable', `the log has ${String(size)} bytes`),
    );
    return;
  }
  const range =
    Array.isArray(ranges) && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range)
    response.status(206).set('Content-Range', `bytes ${String(start)}-${String(end)}/${String(size)}`);
  response.set('Content-Length', String(end - start + 1));
  await send(response, read(start, end));
}

/** A reader that goes away is no fault. */
async function send(response: Response, content: Readable): Promise<void> {
  response.flushHeaders();
  try {
    await pipeline(content, response);
  } catch (error) {
    if (!response.destroyed) throw error;
  }
}

async function* followed(logs: StepLogs, runs: TemporalRuns, run: string, step: string) {
  let at = 0;
  let isClosed = false;
  for (;;) {
    const size = (await logs.size(run, step)) ?? 0;
    if (size > at) {
      yield* logs.read(run, step, at, size - 1) as AsyncIterable<Buffer>;
      at = size;
    } else if (isClosed) {
      return;
    } else {
      // A run is only asked when its log is quiet, and the log is read once more after the step has closed.
      isClosed = await isStepClosed(runs, run, step);
      if (!isClosed) await delay(followMs);
    }
  }
}

/** Throws NotFound for an unknown run or step; a worker that does not answer closes nothing. */
async function isStepClosed(runs: TemporalRuns, run: string, step: string): Promise<boolean> {
  try {
    const { status, steps } = await runs.show(run);
    const found = steps.find(({ id }) => id === step);
    if (!found) throw new SagalineError('NotFound', `the run has no step ${step}`);
    return closedSteps.includes(found.status) || !isOpen(status);
  } catch (error) {
    if (error instanceof SagalineError && error.code === 'Unavailable') return false;
    throw error;
  }
}
