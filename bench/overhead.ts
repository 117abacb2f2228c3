import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { stringify } from 'yaml';
import { repositoryName } from '../scripts/demo/stage';
import type { BenchContext } from './bench';
import { type Figure, figure } from './figures';
import type { Platform } from '../src/platform/platform';
import { eventKey, runWorkflowId } from '../src/domain/identity';

const warmUp = 5;
const runs = 30;
const steps = 5;
const pipeline = 'trivial';
const startLimitMs = 30_000;
const lookEveryMs = 50;

/** From an event to the start of its run, and to its end when it runs five steps that do nothing, one at a time. */
export async function overheadBench({ folder, stage, signal, say }: BenchContext): Promise<Figure[]> {
  const { platform, repository } = stage;
  const files = join(folder, 'trivial');
  await mkdir(join(files, '.sagaline'), { recursive: true });
  await writeFile(join(files, '.sagaline/trivial.yaml'), stringify(trivialPipeline()));
  const { commit } = await repository.push(files, 'Do nothing, five times');
  const send = sender(platform, signal);
  const connection = await Connection.connect({ address: platform.temporal });
  const client = new Client({ connection, namespace: platform.namespace });
  const [starts, ends]: [number[], number[]] = [[], []];
  try {
    say(`${runs} runs of ${steps} steps, one at a time`);
    for (let at = 0; at < warmUp + runs; at++) {
      const event = manualEvent(commit);
      const run = client.workflow.getHandle(runIdOf(event));
      const sentAt = Date.now();
      await send(event);
      await untilStarted(run, signal);
      await run.result();
      const { startTime, closeTime } = await run.describe();
      if (at < warmUp || closeTime === undefined) continue;
      starts.push(startTime.getTime() - sentAt);
      ends.push(closeTime.getTime() - sentAt);
    }
  } finally {
    await connection.close();
  }
  return [
    figure('event sent to start of its run', 'ms', starts),
    figure(`event sent to end of a run of ${steps} trivial steps`, 'ms', ends),
  ];
}

const trivialPipeline = () => ({
  apiVersion: 'sagaline/v1',
  name: pipeline,
  on: [{ event: 'manual' }],
  steps: Array.from({ length: steps }, (_, at) => ({
    id: `step${at}`,
    uses: 'shell',
    with: { run: 'true' },
    ...(at > 0 && { needs: [`step${at - 1}`] }),
  })),
});

const manualEvent = (commit: string) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: 'bench',
  type: 'dev.sagaline.manual',
  data: { pipeline, repository: repositoryName, ref: 'refs/heads/main', commit },
});

type ManualEvent = ReturnType<typeof manualEvent>;

const runIdOf = ({ source, id }: ManualEvent): string =>
  runWorkflowId('default', repositoryName, pipeline, eventKey(source, id));

/** Sends events to the gateway. Throws when one is not accepted. */
function sender({ gateway, token }: Platform, signal: AbortSignal): (event: ManualEvent) => Promise<void> {
  return async (event) => {
    const answer = await fetch(`${gateway}/events`, {
      method: 'POST',
      body: JSON.stringify(event),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
      signal,
    });
    if (answer.status !== 202) throw new Error(`/events answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };
}

/** Asks Temporal and not the platform, because a question to the platform would be work for the worker that is measured. */
async function untilStarted(run: WorkflowHandle, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + startLimitMs;
  for (;;) {
    try {
      await run.describe();
      return;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError) || Date.now() > deadline) throw error;
    }
    await sleep(lookEveryMs, undefined, { signal });
  }
}
