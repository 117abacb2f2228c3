import { SagalineError } from '../../domain/errors';
import { bodyHash } from './body-hash';
import { githubEvent } from './github-events';
import { decodeUtf8, parseJson } from './json';
import { type Envelope, orDeadLetter, understood } from './reading';
import { hasHmacSha256, sha256Digits } from './signature';
import { type Delivery, deliveryIdShape, requiredHeader, singleHeader, type Source } from './source';

const form = 'application/x-www-form-urlencoded';

/** GitHub's webhooks: https://docs.github.com/webhooks */
export const github: Source = {
  name: 'github',
  maxBytes: 25 * 1024 * 1024,
  mediaTypes: ['application/json', form],
  batched: false,

  verify({ headers, body }, secrets) {
    // Gitea and Forgejo send GitHub's headers as well, and mean other things by them.
    if (headers['x-gitea-event'] !== undefined || headers['x-forgejo-event'] !== undefined)
      throw new SagalineError('Malformed', 'this is a webhook of Gitea or Forgejo: send it to /hooks/gitea');
    if (!hasHmacSha256(body, sha256Digits(singleHeader(headers, 'x-hub-signature-256')), secrets)) {
      throw new SagalineError(
        'Unauthenticated',
        'X-Hub-Signature-256 is missing or not of a secret of this source',
      );
    }
  },

  read(delivery) {
    const { headers, body, receivedAt } = delivery;
    const name = requiredHeader(headers, 'x-github-event', /^[a-z0-9_]{1,64}$/);
    const deliveryId = requiredHeader(headers, 'x-github-delivery', deliveryIdShape);
    const json = jsonOf(delivery);
    const payload = parseJson(json);
    const envelope: Envelope = { source: 'github', deliveryId, bodyHash: bodyHash(body), receivedAt };
    const read = () => {
      const { kind, data, time } = githubEvent(name, payload);
      return understood({ ...envelope, time }, kind, data);
    };
    return [orDeadLetter(envelope, name, json, read)];
  },
};

/** The JSON of a body: all of it, or the one field of a form. Throws Malformed. */
function jsonOf({ headers, body }: Delivery): Buffer {
  if (!singleHeader(headers, 'content-type')?.toLowerCase().startsWith(form)) return body;
  // By hand, because a parser of forms would make an object of each of millions of fields.
  const encoded = /^payload=([^&]*)$/.exec(decodeUtf8(body))?.[1];
  if (encoded === undefined) throw new SagalineError('Malformed', 'the form must have one field payload');
  try {
    return Buffer.from(decodeURIComponent(encoded.replaceAll('+', ' ')));
  } catch (error) {
    throw new SagalineError('Malformed', 'the form is not percent-encoded UTF-8', { cause: error });
  }
}
