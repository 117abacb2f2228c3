import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A key for AES-256, by the name under which what it encrypts can be decrypted again. */
export interface EncryptionKey {
  id: string;
  key: KeyObject;
}

/** The keys of a process. */
export interface EncryptionKeys {
  /** Encrypts; null where a process only decrypts. */
  current: EncryptionKey | null;
  /** Decrypt, by id. */
  all: ReadonlyMap<string, KeyObject>;
}

/** Where no keys are given. */
export const noKeys: EncryptionKeys = { current: null, all: new Map() };

/** As the first entry: nothing is encrypted any more, or not yet. */
const nothing = 'off';

/** `id:base64` of 32 bytes; messages say which entry is wrong, and never what it is. */
const entry = /^([\w.-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** Keys as SAGALINE_ENCRYPTION_KEYS lists them: the first encrypts, all decrypt; `off` in the first place encrypts nothing. */
export const encryptionKeysSchema = z.string().transform((text, context): EncryptionKeys => {
  const [first, ...rest] = text.split(',').map((part) => part.trim());
  const isOff = first === nothing;
  const entries = isOff ? rest : [first ?? '', ...rest];
  const keys = entries.flatMap((part, at) => {
    const [, id, value] = entry.exec(part) ?? [];
    if (id !== undefined && value !== undefined)
      return [{ id, key: createSecretKey(Buffer.from(value, 'base64')) }];
    const message = `key ${String(at + 1)} must be an id, a colon, and 32 bytes in base64 (openssl rand -base64 32)`;
    context.addIssue({ code: 'custom', message });
    return [];
  });
  const all = new Map(keys.map(({ id, key }) => [id, key]));
  if (all.size < keys.length) context.addIssue({ code: 'custom', message: 'two keys have the same id' });
  return { current: isOff ? null : (keys[0] ?? null), all };
});
