import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { errorTable, SagalineError } from '../domain/errors';

/** Seconds after which a sender may try again, where nothing better is known. */
const retryAfterSeconds = 5;
/** Milliseconds in which the rest of a refused body is thrown away, so that its sender gets to read the answer. */
const drainMs = 1_000;

/** The one place that answers errors: problem+json of RFC 9457 from the error table. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = errorOf(thrown);
    const { status } = errorTable[error.code];
    if (status >= 500) log.error({ method: request.method, path: request.path, err: thrown }, error.detail);
    if (response.headersSent) {
      next(thrown);
      return;
    }
    sendProblem(request, response, error);
  };
}

/** Sends the problem document of an error; `more` are members beside those of every problem. */
export function sendProblem(
  request: Request,
  response: Response,
  error: SagalineError,
  more: Record<string, unknown> = {},
): void {
  const { status, retryable } = errorTable[error.code];
  const seconds = error.retryAfterMs === undefined ? retryAfterSeconds : Math.ceil(error.retryAfterMs / 1000);
  if (status === 401) response.set('WWW-Authenticate', 'Bearer realm="sagaline"');
  if (retryable) response.set('Retry-After', String(seconds));
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problemOf(error, pathOf(request)), ...more }));
  // One that broke off has closed already, and a timer would only keep a process that ends alive.
  if (!request.complete && !request.destroyed) drain(request);
}

/** The members of a problem document; `instance` is the path that was asked. */
export function problemOf(error: SagalineError, instance?: string) {
  const { status, title, whatToDo } = errorTable[error.code];
  const { code, detail } = error;
  return { type: 'about:blank', title, status, detail, code, whatToDo, instance };
}

function errorOf(thrown: unknown): SagalineError {
  if (thrown instanceof SagalineError) return thrown;
  // Express throws this for a path whose percent-encoding is broken.
  if (thrown instanceof URIError) return new SagalineError('Malformed', 'the path cannot be decoded');
  return new SagalineError('Internal', 'the gateway failed at this request; its log says why', {
    cause: thrown,
  });
}

/** Without the query, which is no part of what was asked for and may be long. */
function pathOf(request: Request): string {
  return request.originalUrl.split('?', 1).join('');
}

/** Closing at once would reset the connection and take the answer with it; reading on for ever would be an attack. */
function drain(request: Request): void {
  const timer = setTimeout(() => request.socket.destroy(), drainMs);
  request.once('close', () => {
    clearTimeout(timer);
  });
  request.resume();
}
