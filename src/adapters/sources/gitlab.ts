import { SagalineError } from '../../domain/errors';
import { bodyHash } from './body-hash';
import { gitlabEvent } from './gitlab-events';
import { parseJson } from './json';
import { type Envelope, orDeadLetter, understood } from './reading';
import { isOneOf } from './signature';
import { deliveryIdShape, type Headers, requiredHeader, singleHeader, type Source } from './source';
import { verifiedStandardId } from './standard-signature';

const isSigningToken = (secret: string): boolean => secret.startsWith('whsec_');
const isSigned = (headers: Headers): boolean => headers['webhook-signature'] !== undefined;

/** GitLab's webhooks: https://docs.gitlab.com/user/project/integrations/webhooks */
export const gitlab: Source = {
  name: 'gitlab',
  maxBytes: 25 * 1024 * 1024,
  mediaTypes: ['application/json'],
  batched: false,

  verify(delivery, secrets) {
    // What carries a signature is judged by it alone: a token in clear, once seen, must not make up for a wrong one.
    if (isSigned(delivery.headers)) {
      verifiedStandardId(delivery, secrets.filter(isSigningToken));
      return;
    }
    const token = singleHeader(delivery.headers, 'x-gitlab-token');
    const tokens = secrets.filter((secret) => !isSigningToken(secret));
    // Node reads each byte of a header as one character.
    if (token === undefined || !isOneOf(Buffer.from(token, 'latin1').toString(), tokens))
      throw new SagalineError(
        'Unauthenticated',
        'there is neither webhook-signature nor an X-Gitlab-Token that is a secret of this source',
      );
  },

  read({ headers, body, receivedAt }) {
    const hook = requiredHeader(headers, 'x-gitlab-event', /^[A-Za-z][A-Za-z ]{0,63}$/);
    const payload = parseJson(body);
    const envelope: Envelope = { source: 'gitlab', ...identity(headers, body), receivedAt };
    const read = () => {
      const { kind, data, time } = gitlabEvent(hook, payload);
      return understood({ ...envelope, time }, kind, data);
    };
    return [orDeadLetter(envelope, hook, body, read)];
  },
};

/** A signature covers webhook-id; else the key that stays over tries counts, or what older GitLabs send, new with each. */
function identity(headers: Headers, body: Buffer): Pick<Envelope, 'deliveryId' | 'bodyHash'> {
  if (isSigned(headers))
    return { deliveryId: requiredHeader(headers, 'webhook-id', deliveryIdShape), bodyHash: '' };
  // X-Gitlab-Event-UUID is no id of a delivery: all hooks of one push of several branches share it.
  const name = headers['idempotency-key'] === undefined ? 'x-gitlab-webhook-uuid' : 'idempotency-key';
  return { deliveryId: requiredHeader(headers, name, deliveryIdShape), bodyHash: bodyHash(body) };
}
