import { createHmac, timingSafeEqual } from 'node:crypto';
import { SagalineError } from '../../domain/errors';
import { type Delivery, deliveryIdShape, singleHeader } from './source';

/** Seconds by which a signed time may differ from the time of acceptance, either way. */
const toleranceSeconds = 5 * 60;

/**
 * The delivery id of a request that is signed as Standard Webhooks say (https://www.standardwebhooks.com): the
 * signature covers id, time and raw body. Throws Unauthenticated.
 */
export function verifiedStandardId(
  { headers, body, receivedAt }: Delivery,
  secrets: readonly string[],
): string {
  const id = singleHeader(headers, 'webhook-id') ?? '';
  const time = singleHeader(headers, 'webhook-timestamp') ?? '';
  if (!deliveryIdShape.test(id)) throw refused('webhook-id is missing or malformed');
  if (!/^\d{1,12}$/.test(time)) throw refused('webhook-timestamp is missing or not in seconds');
  const given = signatures(singleHeader(headers, 'webhook-signature') ?? '');
  const signed = secrets.map(keyOf).some((key) => {
    if (key === undefined) return false;
    const own = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
    return given.some((signature) => timingSafeEqual(signature, own));
  });
  if (!signed) throw refused('webhook-signature is missing or not of a secret of this source');
  const apart = Math.abs(new Date(receivedAt).getTime() / 1000 - Number(time));
  if (apart > toleranceSeconds)
    throw refused(`webhook-timestamp is more than ${String(toleranceSeconds)} s from the time here`);
  return id;
}

/** The digests of a list of signatures; those of other versions, and of other lengths, are left out. */
function signatures(header: string): Buffer[] {
  const texts = header.split(' ').map((part) => /^v1,([A-Za-z0-9+/]{43}=)$/.exec(part)?.[1]);
  return texts.filter((text) => text !== undefined).map((text) => Buffer.from(text, 'base64'));
}

/** The key of a secret, `whsec_` and base64; undefined for what is no base64, whose key could be guessed. */
function keyOf(secret: string): Buffer | undefined {
  const text = secret.replace(/^whsec_/, '').replace(/=+$/, '');
  const key = Buffer.from(text, 'base64');
  return key.length > 0 && key.toString('base64').replace(/=+$/, '') === text ? key : undefined;
}

const refused = (detail: string) => new SagalineError('Unauthenticated', detail);
