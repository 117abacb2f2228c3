import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type ErrorCode, errorTable, SagalineError } from '../domain/errors';

const isCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorTable, code);

/** An RFC 9457 problem that carries the error's code. */
const problemSchema = z.object({ code: z.custom<ErrorCode>(isCode), detail: z.string() });

/** Body of a problem+json answer. */
export function problemBody(error: SagalineError): string {
  const { status, title } = error.row;
  return JSON.stringify({ type: 'about:blank', title, status, detail: error.detail, code: error.code });
}

/** Answers with an error as problem+json; where an answer has begun, it is cut off instead. */
export function sendProblem(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof SagalineError
      ? error
      : new SagalineError('TargetUnavailable', error instanceof Error ? error.message : String(error));
  response
    .writeHead(known.row.status, { 'content-type': 'application/problem+json' })
    .end(problemBody(known));
}

/** The error that a problem+json answer was made from; undefined when it is none of ours. */
export function parseProblem(body: string): SagalineError | undefined {
  try {
    const { code, detail } = problemSchema.parse(JSON.parse(body));
    return new SagalineError(code, detail);
  } catch {
    return undefined;
  }
}
