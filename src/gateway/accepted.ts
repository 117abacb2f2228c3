import type { Request, Response } from 'express';
import type { Reading } from '../adapters/sources/reading';
import { SagalineError } from '../domain/errors';
import { sendProblem } from './problems';
import type { Accepted } from './receiver';

/** Answers events that are in Temporal: 202, or 422 with the id of the first that is only kept as a dead letter. */
export function sendAccepted(
  request: Request,
  response: Response,
  answer: Accepted | Accepted[] | undefined,
  readings: readonly Reading[],
): void {
  const at = readings.findIndex(({ problem }) => problem !== null);
  const problem = readings[at]?.problem;
  if (problem === undefined || problem === null) {
    response.status(202).json(answer);
    return;
  }
  const error = new SagalineError('NotUnderstood', problem);
  const more = Array.isArray(answer) ? { ...answer[at], events: answer } : answer;
  sendProblem(request, response, error, { ...more });
}
