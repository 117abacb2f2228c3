import type { Logger } from 'pino';
import type { SinkSettings } from '../../domain/configuration';
import { SagalineError } from '../../domain/errors';
import type { HttpClient, Outgoing } from '../../ports';

/** What sinks are made of. */
export interface SinkOptions {
  http: HttpClient;
  /** The value of a `${env:NAME}` reference. */
  secret: (reference: string) => string;
  /** The platform's own log. */
  log: Logger;
}

/** Longest time in ms that a receiver may take to answer. */
const timeoutMs = 8000;

/** Posts JSON to the sink's url; throws CallFailed when the answer is not a 2xx, InvalidConfiguration without a url. */
export async function post(
  { http, secret }: SinkOptions,
  { name, kind, url: given, secret: tokenReference }: SinkSettings,
  message: Outgoing,
  content: { type: string; body: unknown },
): Promise<void> {
  if (given === undefined)
    throw new SagalineError('InvalidConfiguration', `sink ${name}: the kind ${kind} needs a url`);
  const url = given.startsWith('${') ? secret(given) : given;
  const token = tokenReference === undefined ? undefined : secret(tokenReference);
  const { status } = await http.call({
    method: 'POST',
    url,
    headers: {
      'Content-Type': content.type,
      'Idempotency-Key': message.id,
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(content.body),
    timeoutMs,
    // A webhook's url is often its only protection.
    secrets: token === undefined ? [url] : [url, token],
  });
  if (status < 200 || status > 299)
    throw new SagalineError('CallFailed', `sink ${name} answered ${String(status)}`);
}
