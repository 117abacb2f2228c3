import { createHmac } from 'node:crypto';

/** The headers of Standard Webhooks for a body that is signed at a time in seconds. */
export function standardHeaders(
  secret: string,
  body: string,
  { id = 'msg_1', seconds }: { id?: string; seconds: number },
): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key)
    .update(`${id}.${String(seconds)}.${body}`)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${digest}`,
  };
}
