import type { EventRecord, SagalineEvent } from './event';
import { sha256Hex } from './identity';
import {
  afterPush,
  confirmHead,
  followsHead,
  noPushes,
  type Push,
  type PushMemory,
  pushOrder,
} from './push-order';

/** Events whose keys are remembered. */
export const rememberedKeys = 500;
/** Bytes of JSON that remembered records may take together; with keys and pushes a memory stays under 256 KiB. */
export const recordBytes = 192 * 1024;
const maxReason = 2000;

interface StoredRecord {
  record: EventRecord;
  bytes: number;
}

/** What an inbox carries along: plain data, under 256 KiB of JSON. */
export interface InboxMemory {
  /** Oldest first, of fixed size each. */
  seen: { key: string; body: string }[];
  /** Oldest first, each with its size in bytes of JSON; the older ones have lost their `data`. */
  records: StoredRecord[];
  pushes: PushMemory;
}

/**
 * What to do with an event. `known`: this delivery was taken before. `refused`: it has no effect, for that reason.
 * `route`: it may start runs; with `askHead` only if its commit is the ref's present head.
 */
export type Standing =
  { kind: 'known' } | { kind: 'refused'; reason: string } | { kind: 'route'; askHead: boolean };

export const emptyMemory = (): InboxMemory => ({ seen: [], records: [], pushes: noPushes });

const fixedSize = (text: string): string =>
  /^[0-9a-f]{32}$/.test(text) ? text : sha256Hex(text).slice(0, 32);

const bodyOf = ({ bodyHash }: SagalineEvent): string => (bodyHash === '' ? '' : fixedSize(bodyHash));

/** True when a delivery of this key was remembered. */
export function seen(memory: InboxMemory, key: string): boolean {
  const wanted = fixedSize(key);
  return memory.seen.some((one) => one.key === wanted);
}

/** The record of a key, without `data` if it is an older one; undefined when it is forgotten. */
export function find(memory: InboxMemory, key: string): EventRecord | undefined {
  return memory.records.find(({ record }) => record.event.key === key)?.record;
}

/** Where an event stands. An empty `bodyHash` says that the delivery id itself is signed, so that only it counts. */
export function standing(memory: InboxMemory, event: SagalineEvent): Standing {
  if (seen(memory, event.key)) return { kind: 'known' };
  const push = asPush(event);
  const repeated = bodyOf(event);
  const isRepeated = repeated !== '' && memory.seen.some(({ body }) => body === repeated);
  if (isRepeated && !(push && followsHead(memory.pushes, push))) {
    return { kind: 'refused', reason: 'the same signed body was delivered before' };
  }
  if (!push) return { kind: 'route', askHead: false };
  switch (pushOrder(memory.pushes, push)) {
    case 'earlier':
      return { kind: 'refused', reason: 'superseded: a later push of this ref was delivered before' };
    case 'ask-head':
      return { kind: 'route', askHead: true };
    case 'in-order':
      // A replayed body can look as if it followed the head, and then the repository knows better.
      return { kind: 'route', askHead: isRepeated };
  }
}

/** The memory with this record, new or changed; a run that it started proves that a push was the head. */
export function remember(memory: InboxMemory, record: EventRecord): InboxMemory {
  const { event } = record;
  const isNew = !seen(memory, event.key);
  const keys = isNew ? [...memory.seen, { key: fixedSize(event.key), body: bodyOf(event) }] : memory.seen;
  const others = memory.records.filter((stored) => stored.record.event.key !== event.key);
  const pushes = isNew ? placed(memory, event) : memory.pushes;
  return {
    seen: keys.slice(-rememberedKeys),
    records: withinBytes([...others, measured(shortened(record))].slice(-rememberedKeys)),
    pushes: confirmed(pushes, record),
  };
}

function placed(memory: InboxMemory, event: SagalineEvent): PushMemory {
  const push = asPush(event);
  const where = standing(memory, event);
  if (!push || where.kind === 'known') return memory.pushes;
  const order = pushOrder(memory.pushes, push);
  if (where.kind === 'refused')
    return order === 'earlier' ? afterPush(memory.pushes, push, order) : memory.pushes;
  return afterPush(memory.pushes, push, where.askHead ? 'ask-head' : 'in-order');
}

function confirmed(pushes: PushMemory, { event, decisions }: EventRecord): PushMemory {
  const push = asPush(event);
  return push && decisions.some(({ runId }) => runId !== null) ? confirmHead(pushes, push) : pushes;
}

function asPush({ kind, key, data }: SagalineEvent): Push | undefined {
  if (kind !== 'push') return undefined;
  return { key, commit: textOrNull(data['commit']), previousCommit: textOrNull(data['previousCommit']) };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function shortened(record: EventRecord): EventRecord {
  const decisions = record.decisions.map((one) => ({ ...one, reason: one.reason.slice(0, maxReason) }));
  return { ...record, decisions };
}

/** Bytes that the list around a stored record adds to its own. */
const frameBytes = 32;

function measured(record: EventRecord): StoredRecord {
  return { record, bytes: new TextEncoder().encode(JSON.stringify(record)).length + frameBytes };
}

function withoutData({ record }: StoredRecord): StoredRecord {
  return measured({ ...record, event: { ...record.event, data: {} } });
}

/** Keeps the newest whole while they fit into half of the bytes, then as many older ones without `data` as fit. */
function withinBytes(records: StoredRecord[]): StoredRecord[] {
  const kept: StoredRecord[] = [];
  let total = 0;
  for (const stored of records.toReversed()) {
    const fits = total + stored.bytes <= recordBytes / 2;
    const next = fits || Object.keys(stored.record.event.data).length === 0 ? stored : withoutData(stored);
    total += next.bytes;
    if (total > recordBytes) break;
    kept.push(next);
  }
  return kept.toReversed();
}
