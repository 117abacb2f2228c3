import { SagalineError } from '../../domain/errors';
import { bitbucketEvents } from './bitbucket-events';
import { bodyHash } from './body-hash';
import { parseJson } from './json';
import { deadLetter, type Envelope, orDeadLetter, type Reading, understood } from './reading';
import { hasHmacSha256, sha256Digits } from './signature';
import { deliveryIdShape, type Headers, requiredHeader, singleHeader, type Source } from './source';

/** Changes of one push that are read: each is confirmed by Temporal before the push is answered. */
const maxChanges = 100;

/** Webhooks of Bitbucket Cloud (https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/) and Data Center. */
export const bitbucket: Source = {
  name: 'bitbucket',
  maxBytes: 10 * 1024 * 1024,
  mediaTypes: ['application/json'],
  // One push may move several branches and tags.
  batched: true,

  verify({ headers, body }, secrets) {
    if (!hasHmacSha256(body, sha256Digits(singleHeader(headers, 'x-hub-signature')), secrets)) {
      throw new SagalineError(
        'Unauthenticated',
        'X-Hub-Signature is missing or not of a secret of this source',
      );
    }
  },

  read({ headers, body, receivedAt }) {
    const name = requiredHeader(headers, 'x-event-key', /^[a-z_]{1,32}(:[a-z_]{1,64}){1,2}$/);
    const deliveryId = requiredHeader(headers, idHeader(headers), deliveryIdShape);
    const payload = parseJson(body);
    const envelope: Envelope = { source: 'bitbucket', deliveryId, bodyHash: bodyHash(body), receivedAt };
    return readings(envelope, name, body, payload);
  },
};

function readings(envelope: Envelope, name: string, body: Buffer, payload: unknown): Reading[] {
  const events = bitbucketEvents(name, payload);
  if (events.length > maxChanges) {
    const problem = `one push of ${String(events.length)} changes, at most ${String(maxChanges)} are read: send fewer refs at once`;
    return [deadLetter(envelope, name, problem, body)];
  }
  return events.map((read, at) => {
    const several = { deliveryId: `${envelope.deliveryId}/${String(at)}`, bodyHash: bodyHash(body, at) };
    const own = events.length > 1 ? { ...envelope, ...several } : envelope;
    return orDeadLetter(own, name, body, () => {
      const { kind, data, time } = read();
      return understood({ ...own, time }, kind, data);
    });
  });
}

/** Cloud and Data Center name the id of a request differently. */
const idHeader = (headers: Headers): string =>
  headers['x-request-uuid'] === undefined ? 'x-request-id' : 'x-request-uuid';
