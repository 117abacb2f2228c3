import { z } from 'zod';
import { SagalineError } from '../../domain/errors';
import type { SagalineEvent } from '../../domain/event';
import { maxBodyBytes, type Reading } from './reading';
import type { Delivery } from './source';
import { clean } from './text';

/** UTF-16 units of one header, and number of headers, that are kept with a dead letter. */
const maxHeaderUnits = 512;
const maxHeaders = 30;

/** Headers that say what a delivery is about; those that prove it are never kept. */
const telling = /^(content-type|idempotency-key|ce-.+|webhook-(id|timestamp)|x-.+)$/;
const proving = /signature|token|secret|auth|cookie|key$/;

const keptSchema = z.object({
  via: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  complete: z.literal(true),
});

/** The readings; those that are dead letters keep what it takes to read them once more: `via` is the path they came by. */
export function withDelivery(
  readings: readonly Reading[],
  via: string,
  headers: Delivery['headers'],
  secrets: readonly string[] = [],
): Reading[] {
  return readings.map(({ event, problem }) => {
    if (problem === null) return { event, problem };
    const kept = clean({ via, headers: tellingHeaders(headers, secrets) }) as SagalineEvent['data'];
    return { event: { ...event, data: { ...event.data, ...kept } }, problem };
  });
}

function tellingHeaders(headers: Delivery['headers'], secrets: readonly string[]): Record<string, string> {
  const entries = Object.entries(headers).filter(
    ([name, value]) =>
      typeof value === 'string' &&
      value.length <= maxHeaderUnits &&
      telling.test(name) &&
      !proving.test(name) &&
      // A source that somebody wrote may put a secret under any name.
      !secrets.some((secret) => value.includes(secret)),
  ) as [string, string][];
  return Object.fromEntries(entries.slice(0, maxHeaders));
}

/** The delivery that a dead letter was made of, as if it came now. Throws WrongState when only a part of it was kept. */
export function deliveryOf({ data }: SagalineEvent): { via: string; delivery: Delivery } {
  const kept = keptSchema.safeParse(data);
  if (!kept.success) {
    const detail = `only the beginning of this delivery was kept (bodies of up to ${String(maxBodyBytes)} bytes are kept whole): have its sender send it again`;
    throw new SagalineError('WrongState', detail);
  }
  const { via, headers, body } = kept.data;
  return { via, delivery: { headers, body: Buffer.from(body), receivedAt: new Date().toISOString() } };
}
