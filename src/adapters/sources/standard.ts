import { z } from 'zod';
import { repositoryName } from '../../domain/repository-name';
import { maxName, shown } from './fields';
import { parseJson } from './json';
import { type Envelope, orDeadLetter, type Reading, understood, validated } from './reading';
import { isOwnType, sendableKind } from './sendable';
import { deliveryIdShape, requiredHeader, type Source } from './source';
import { verifiedStandardId } from './standard-signature';

const message = z.object({ type: z.string().min(1).max(maxName), timestamp: shown(64), data: z.unknown() });
const about = z.object({ repository: repositoryName });

/** Webhooks of any sender that follows Standard Webhooks: https://www.standardwebhooks.com */
export const standard: Source = {
  name: 'standard',
  maxBytes: 1024 * 1024,
  mediaTypes: ['application/json'],
  batched: false,

  verify(delivery, secrets) {
    verifiedStandardId(delivery, secrets);
  },

  read({ headers, body, receivedAt }) {
    const deliveryId = requiredHeader(headers, 'webhook-id', deliveryIdShape);
    const payload = parseJson(body);
    // No body hash: the signature covers the id, so that two ids are two events.
    const envelope: Envelope = { source: 'standard', deliveryId, bodyHash: '', receivedAt };
    return [orDeadLetter(envelope, 'message', body, () => reading(envelope, payload))];
  },
};

/** A message of the platform's own types is of that kind; any other is recorded with what it says. */
function reading(envelope: Envelope, payload: unknown): Reading {
  const { type, timestamp, data } = validated(message, payload);
  const dated = { ...envelope, time: timestamp };
  if (isOwnType(type)) return understood(dated, sendableKind(envelope.source, type), data ?? {});
  // So that it is of that repository's pipelines, and in order with its other events.
  const repository = about.safeParse(data).data?.repository;
  return understood(dated, 'custom', { event: type, repository, data: data ?? null });
}
