import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { SagalineError } from '../domain/errors';
import { parseProblem } from './problem-response';

interface CallOptions {
  signal?: AbortSignal;
  /** Milliseconds without a byte after which the call is given up. */
  timeoutMs?: number;
}

const defaultTimeoutMs = 10_000;

/** True when the process was not there or died during the call; fenced writes and reads may then be sent again. */
export function wasCutOff(error: unknown): boolean {
  const cause = error instanceof SagalineError ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return ['ECONNREFUSED', 'ECONNRESET'].includes(code);
}

/** Calls an operation of agent or router; throws the error it answers, or TargetUnavailable when it does not answer. */
export async function callAdmin(
  port: number,
  token: string,
  operation: string,
  input: unknown,
  { signal, timeoutMs = defaultTimeoutMs }: CallOptions = {},
): Promise<unknown> {
  const response = await send(port, token, operation, JSON.stringify(input), signal, timeoutMs);
  if (response.status === 200) return JSON.parse(response.body);
  throw (
    parseProblem(response.body) ??
    new SagalineError('TargetUnavailable', `${operation} was answered with status ${String(response.status)}`)
  );
}

async function send(
  port: number,
  token: string,
  operation: string,
  body: string,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<{ status: number | undefined; body: string }> {
  try {
    const call = request({
      host: '127.0.0.1',
      port,
      path: `/${operation}`,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      // A fresh connection costs little on loopback, and no idle one can be closed under a call.
      agent: false,
      timeout: timeoutMs,
      ...(signal && { signal }),
    });
    call.once('timeout', () => call.destroy(new Error(`no answer within ${String(timeoutMs)} ms`)));
    call.end(body);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return { status: response.statusCode, body: await text(response) };
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new SagalineError('TargetUnavailable', `the target does not answer ${operation}: ${why}`, {
      cause: error,
    });
  }
}
