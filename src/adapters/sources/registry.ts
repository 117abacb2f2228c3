import { z } from 'zod';
import { type Content, idOf, readContents } from './contents';
import { maxName, optional, type Read, shown } from './fields';
import { validated } from './reading';
import type { Source } from './source';
import { requireAuthorization } from './authorization';

/** Notifications of the CNCF's Distribution and of what is built on it: https://distribution.github.io/distribution/about/notifications */
export const registry: Source = {
  name: 'registry',
  maxBytes: 1024 * 1024,
  mediaTypes: [
    'application/vnd.docker.distribution.events.v2+json',
    'application/vnd.docker.distribution.events.v1+json',
    'application/json',
  ],
  batched: true,

  verify({ headers }, secrets) {
    requireAuthorization(headers, secrets);
  },

  read: (delivery) =>
    readContents(delivery, {
      source: 'registry',
      name: 'notification',
      list: (payload) => notifications(payload).filter(isWanted),
      read: readNotification,
    }),
};

const envelope = z.object({ events: z.array(z.unknown()) });
const notification = z.object({
  id: z.string().min(1),
  action: z.string().max(64),
  timestamp: shown(64),
  actor: optional(z.object({ name: shown(maxName) })),
});
const pushed = z.object({ repository: z.string(), digest: z.string().min(1), tag: shown(maxName) });
const changed = optional(
  z.object({ repository: shown(maxName), digest: shown(maxName), tag: shown(maxName) }),
);

/** Azure's registries send one event without an envelope. */
function notifications(payload: unknown): unknown[] {
  return hasField(payload, 'action') ? [payload] : validated(envelope, payload).events;
}

const hasField = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value;

/** Each pull, and each layer of each push, would cost an event that starts nothing. */
function isWanted(event: unknown): boolean {
  const { action, target } = (event ?? {}) as { action?: unknown; target?: { mediaType?: unknown } | null };
  if (action === 'pull' || action === 'mount') return false;
  const mediaType = target?.mediaType;
  return action !== 'push' || typeof mediaType !== 'string' || isManifest(mediaType);
}

const isManifest = (mediaType: string): boolean => /\.manifest\.|\.image\.index\./.test(mediaType);

function readNotification(event: unknown): Content {
  const { id, action, timestamp, actor } = validated(notification, event);
  const { target } = event as { target?: unknown };
  const read = action === 'push' ? pushedImage({ target }) : change(action, actor?.name, target);
  return { ...read, id: idOf(id), time: timestamp };
}

/** The image of a pushed manifest. Throws NotUnderstood without its repository and digest. */
export function pushedImage(payload: unknown): Read {
  const { repository, digest, tag } = validated(z.object({ target: pushed }), payload).target;
  return { kind: 'image', data: { repository, digest, tag: tagOf(tag, digest) } };
}

/** A deletion, or what else a registry may say: what was pushed by tag is deleted by digest, and the other way round. */
function change(action: string, actor: string | null | undefined, payload: unknown): Read {
  const target = changed.parse(payload);
  const { repository, digest, tag } = target ?? {};
  // Not `repository`, which in a custom event is one of git.
  const data = {
    event: action,
    image: repository ?? null,
    digest: digest ?? null,
    tag: tagOf(tag),
    sender: actor ?? null,
  };
  return { kind: 'custom', data };
}

/** Null for what was pushed by digest: some registries then say an empty tag, some the digest. */
export function tagOf(tag: string | null | undefined, digest?: string | null): string | null {
  return tag && tag !== digest ? tag : null;
}
