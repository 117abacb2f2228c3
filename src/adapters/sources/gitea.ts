import { SagalineError } from '../../domain/errors';
import { bodyHash } from './body-hash';
import { giteaEvent } from './gitea-events';
import { parseJson } from './json';
import { type Envelope, orDeadLetter, understood } from './reading';
import { hasHmacSha256, sha256Digits } from './signature';
import { deliveryIdShape, type Headers, requiredHeader, singleHeader, type Source } from './source';

/** Webhooks of Gitea (https://docs.gitea.com/usage/webhooks) and Forgejo (https://forgejo.org/docs/latest/user/webhooks). */
export const gitea: Source = {
  name: 'gitea',
  maxBytes: 25 * 1024 * 1024,
  // Of a form they sign what is in it, so that it would have to be parsed before it is verified.
  mediaTypes: ['application/json'],
  batched: false,

  verify({ headers, body }, secrets) {
    if (!hasHmacSha256(body, signature(headers), secrets)) {
      throw new SagalineError(
        'Unauthenticated',
        'X-Gitea-Signature, or X-Forgejo-Signature, is missing or not of a secret of this source',
      );
    }
  },

  read({ headers, body, receivedAt }) {
    const name = requiredHeader(headers, ownHeader(headers, 'event'), /^[a-z0-9_]{1,64}$/);
    const deliveryId = requiredHeader(headers, ownHeader(headers, 'delivery'), deliveryIdShape);
    const payload = parseJson(body);
    const envelope: Envelope = { source: 'gitea', deliveryId, bodyHash: bodyHash(body), receivedAt };
    const read = () => {
      const { kind, data, time } = giteaEvent(name, payload);
      return understood({ ...envelope, time }, kind, data);
    };
    return [orDeadLetter(envelope, name, body, read)];
  },
};

/** The first that is there: each is over the same bytes. */
const signature = (headers: Headers): string =>
  singleHeader(headers, 'x-gitea-signature') ??
  singleHeader(headers, 'x-forgejo-signature') ??
  sha256Digits(singleHeader(headers, 'x-hub-signature-256'));

const ownHeader = (headers: Headers, name: string): string =>
  headers[`x-gitea-${name}`] === undefined ? `x-forgejo-${name}` : `x-gitea-${name}`;
