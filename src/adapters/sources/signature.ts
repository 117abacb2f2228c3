import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a lower-case hex HMAC-SHA256 of the raw bytes was made with one of the secrets.
 * Takes the same time wherever the first wrong byte is.
 */
export function hasHmacSha256(body: Buffer, hex: string, secrets: readonly string[]): boolean {
  // timingSafeEqual throws on unequal lengths, and a decoder would silently cut odd or foreign digits off.
  if (!/^[0-9a-f]{64}$/.test(hex)) return false;
  const given = Buffer.from(hex, 'hex');
  return secrets.some((secret) => timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given));
}

/** The digits of a signature header of the form `sha256=<hex>`; empty for any other. */
export const sha256Digits = (header: string | undefined): string =>
  /^sha256=(.*)$/.exec(header ?? '')?.[1] ?? '';

/** Whether a token that is sent in clear is one of the secrets, in the same time wherever it differs. */
export function isOneOf(token: string, secrets: readonly string[]): boolean {
  // Digests have one length, so that neither an error nor the time tells the length of a secret.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const given = digest(token);
  return secrets.filter((secret) => timingSafeEqual(digest(secret), given)).length > 0;
}
