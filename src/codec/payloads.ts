import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';

/** The value of a payload out of a raw answer of Temporal, decrypted as the client decrypts; throws KeyMissing. */
export async function payloadValue<T>(client: Client, payload: Payload): Promise<T> {
  const [clear = payload] = await decrypted(client, [payload]);
  return client.options.loadedDataConverter.payloadConverter.fromPayload<T>(clear);
}

/** The first value that an event of a history holds, decrypted as the client decrypts; throws where it holds none. */
export async function firstValue<T>(
  client: Client,
  payloads: readonly Payload[] | null | undefined,
): Promise<T> {
  const [first] = payloads ?? [];
  if (first === undefined) throw new Error('an event of the history has no payload');
  return payloadValue<T>(client, first);
}

/** What the client would send for these payloads. */
export async function encrypted({ options }: Client, payloads: Payload[]): Promise<Payload[]> {
  let sent = payloads;
  for (const codec of options.loadedDataConverter.payloadCodecs) sent = await codec.encode(sent);
  return sent;
}

/** What the client would read of these payloads; throws KeyMissing. */
export async function decrypted({ options }: Client, payloads: Payload[]): Promise<Payload[]> {
  let clear = payloads;
  for (const codec of [...options.loadedDataConverter.payloadCodecs].reverse())
    clear = await codec.decode(clear);
  return clear;
}
