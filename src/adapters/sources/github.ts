import { createHash } from 'node:crypto';
import { SagalineError } from '../../domain/errors';
import { githubEvent } from './github-events';
import { parseJson } from './json';
import { type Envelope, orDeadLetter, understood } from './reading';
import { hasHmacSha256 } from './signature';
import { type Headers, singleHeader, type Source } from './source';

/** GitHub's webhooks: https://docs.github.com/webhooks */
export const github: Source = {
  name: 'github',
  maxBytes: 25 * 1024 * 1024,
  mediaTypes: ['application/json'],
  batched: false,

  verify({ headers, body }, secrets) {
    const signature = singleHeader(headers, 'x-hub-signature-256') ?? '';
    const hex = /^sha256=(.*)$/.exec(signature)?.[1] ?? '';
    if (!hasHmacSha256(body, hex, secrets)) {
      throw new SagalineError(
        'Unauthenticated',
        'X-Hub-Signature-256 is missing or not of a secret of this source',
      );
    }
  },

  read({ headers, body, receivedAt }) {
    const name = required(headers, 'x-github-event', /^[a-z_]{1,64}$/);
    const deliveryId = required(headers, 'x-github-delivery', /^[\x21-\x7e]{1,200}$/);
    const payload = parseJson(body);
    const bodyHash = createHash('sha256').update(body).digest('hex');
    const envelope: Envelope = { source: 'github', deliveryId, bodyHash, receivedAt };
    const read = () => {
      const { kind, data, time } = githubEvent(name, payload);
      return understood({ ...envelope, time }, kind, data);
    };
    return [orDeadLetter(envelope, name, body, read)];
  },
};

function required(headers: Headers, name: string, shape: RegExp): string {
  const value = singleHeader(headers, name);
  if (value === undefined || !shape.test(value))
    throw new SagalineError('Malformed', `the header ${name} is missing or malformed`);
  return value;
}
