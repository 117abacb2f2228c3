import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { SagalineError } from '../domain/errors';
import type { EncryptionKeys } from './keys';

const { Payload: payloadMessage } = temporal.api.common.v1;
const cipher = 'aes-256-gcm';
const [nonceBytes, tagBytes] = [12, 16];
const encrypted = 'binary/encrypted';
const keyId = 'encryption-key-id';

/**
 * Encrypts what Temporal keeps of arguments, results and errors: AES-256-GCM over the whole payload, with the key's id
 * in clear beside it. What is not encrypted passes, so that runs begun before the option was set go on.
 */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly keys: EncryptionKeys) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const { current } = this.keys;
    return Promise.resolve(current ? payloads.map((payload) => encrypt(payload, current)) : payloads);
  }

  /** Throws KeyMissing naming the key. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(
      payloads.map((payload) => {
        const { metadata, data } = payload;
        if (textOf(metadata?.[METADATA_ENCODING_KEY]) !== encrypted) return payload;
        const id = textOf(metadata?.[keyId]);
        return decrypt(Buffer.from(data ?? []), id, this.keys.all.get(id));
      }),
    );
  }
}

function encrypt(payload: Payload, { id, key }: { id: string; key: KeyObject }): Payload {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce).setAAD(bound(id));
  const data = Buffer.concat([
    nonce,
    sealing.update(payloadMessage.encode(payload).finish()),
    sealing.final(),
    sealing.getAuthTag(),
  ]);
  return {
    metadata: { [METADATA_ENCODING_KEY]: Buffer.from(encrypted), [keyId]: Buffer.from(id) },
    data: new Uint8Array(data),
  };
}

function decrypt(data: Buffer, id: string, key: KeyObject | undefined): Payload {
  if (!key) throw new SagalineError('KeyMissing', `SAGALINE_ENCRYPTION_KEYS has no key ${shown(id)}`);
  try {
    const opening = createDecipheriv(cipher, key, data.subarray(0, nonceBytes), { authTagLength: tagBytes });
    opening.setAAD(bound(id)).setAuthTag(data.subarray(-tagBytes));
    const clear = Buffer.concat([opening.update(data.subarray(nonceBytes, -tagBytes)), opening.final()]);
    const { metadata, data: value } = payloadMessage.decode(clear);
    return { metadata, data: value };
  } catch (error) {
    const detail = `key ${shown(id)} does not open what a key of that id has closed, or the data was changed`;
    throw new SagalineError('KeyMissing', detail, { cause: error });
  }
}

/** Makes a payload useless under the name of another key, and to another format. */
const bound = (id: string): Buffer => Buffer.from(`sagaline/1 ${id}`);

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

/** An id comes from Temporal, where anybody with access can write one. */
const shown = (id: string): string => JSON.stringify(id.slice(0, 32));
