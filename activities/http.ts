import { SagalineError } from '../src/domain/errors';
import { redacted } from '../src/domain/redacted';
import type { HttpClient } from '../src/ports';
import { withAttention } from './attention';
import { urlWithSecrets, withoutMarks, withSecrets } from './marks';
import { type SecretPorts, type SecretRequest, secretsOf } from './secrets';

export interface CallInput extends SecretRequest {
  run: string;
  step: string;
  phase: 'step' | 'compensate';
  repository: string;
  ref: string | null;
  method: string;
  /** May hold marks of secrets, as may the headers' values and the body. */
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Status codes that count as success; every 2xx when it is absent. */
  expect?: number[];
  timeoutMs: number;
  /** Status codes after which the call is not repeated; texts are codes of the error table and left to the caller. */
  finalFailures: (number | string)[];
}

interface CallPorts extends SecretPorts {
  http: HttpClient;
}

/** Characters of an answer that later steps may use. */
const maxOutput = 4096;
/** Characters of an answer that an error repeats. */
const maxShown = 200;

/** Client errors that can pass by themselves: a time-out, a lock, a limit of rate. */
const passing = [408, 425, 429];

/** Calls another system, at least once with the same key; throws CallFailed, or FinalFailure where repeating is pointless. */
export function createCallHttp(ports: CallPorts) {
  return function callHttp(input: CallInput): Promise<{ output: string; code: number }> {
    return withAttention(async ({ signal }) => {
      const secrets = await secretsOf(ports, input);
      const values = Object.values(secrets);
      const { status, body } = await ports.http.call(
        {
          method: input.method,
          url: urlWithSecrets(input.url, secrets),
          headers: headersOf(input, secrets),
          ...(input.body !== undefined && { body: withSecrets(input.body, secrets) }),
          timeoutMs: input.timeoutMs,
          secrets: values,
        },
        signal,
      );
      // Redacted before it is cut: half a secret would not be recognised.
      const text = withoutMarks(redacted(body, values));
      if (!expected(input, status)) throw refused(input, status, text);
      return { output: text.slice(0, maxOutput), code: status };
    });
  };
}

function headersOf({ run, step, phase, headers }: CallInput, secrets: Record<string, string>) {
  const given = Object.entries(headers).map(([name, value]) => [name, withSecrets(value, secrets)] as const);
  const named = given.some(([name]) => name.toLowerCase() === 'idempotency-key');
  return Object.fromEntries([
    ...(named ? [] : [['Idempotency-Key', `${run}/${step}/${phase}`] as const]),
    ...given,
  ]);
}

const expected = ({ expect }: CallInput, status: number): boolean =>
  expect ? expect.includes(status) : status >= 200 && status <= 299;

function refused({ method, finalFailures }: CallInput, status: number, text: string): SagalineError {
  const isFinal =
    finalFailures.includes(status) || (status >= 400 && status <= 499 && !passing.includes(status));
  const said = text.slice(0, maxShown).trim();
  return new SagalineError(
    isFinal ? 'FinalFailure' : 'CallFailed',
    `${method} was answered with ${String(status)}${said === '' ? '' : `: ${said}`}`,
  );
}
