import { createHmac, timingSafeEqual } from 'node:crypto';

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
