import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';

/** The first value that an event of a history holds, decrypted where the client has the key. */
export async function decoded<T>(
  client: Client,
  payloads: readonly Payload[] | null | undefined,
): Promise<T> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let [...clear] = payloads ?? [];
  for (const codec of payloadCodecs) clear = await codec.decode(clear);
  const [first] = clear;
  if (first === undefined) throw new Error('an event of the history has no payload');
  return payloadConverter.fromPayload<T>(first);
}
