import { randomBytes } from 'node:crypto';

/** An entry of SAGALINE_ENCRYPTION_KEYS. */
export const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
