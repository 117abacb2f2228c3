import type { Holder } from './lane';
import type { Release } from './release';
import type { Order } from './run';

/** Subjects whose newest granted change is remembered; the one granted longest ago is forgotten first. */
export const rememberedSubjects = 200;

/** The newest change of a subject that was ever granted. */
export interface NewestChange {
  subject: string;
  order: Order;
  commit: string;
}

/** Who holds an entity and who waits for it: the state of lanes and groups, plain data. */
export interface Queue {
  /** True for a lane, where an earlier change may never replace a later one; false for a group, where all take turns. */
  supersede: boolean;
  generation: number;
  holder: Holder | null;
  /** In the order of asking. */
  waiting: Holder[];
  /** Granted longest ago first. */
  newest: NewestChange[];
}

/** A queue nobody has asked yet; `generation` is what the target already knows. */
export function emptyQueue(supersede: boolean, generation = 0): Queue {
  return { supersede, generation, holder: null, waiting: [], newest: [] };
}

/** The next generation: it grows even when the lane itself has forgotten the previous one. */
export const nextGeneration = (previous: number, nowMs: number): number => Math.max(previous + 1, nowMs);

/** Negative when `a` is the earlier change; orders are compared within one subject only. */
export function compareOrders(a: Order, b: Order): number {
  return a.time - b.time || a.counter - b.counter;
}

/**
 * Asks for a turn; asking again changes nothing.
 * `holding`: has it, tell it again. `waiting`: is in line. `superseded`: a later change of its subject was granted, refuse it.
 * `replaced`: the holder was reset (same workflow id, new run id), so its grant is over and the new run is first in line.
 */
export function request(
  queue: Queue,
  holder: Holder,
): { queue: Queue; outcome: 'holding' | 'waiting' | 'superseded' | 'replaced' } {
  if (queue.holder?.workflowId === holder.workflowId) {
    if (queue.holder.runId === holder.runId) return { queue, outcome: 'holding' };
    return { queue: { ...queue, holder: null, waiting: [holder, ...queue.waiting] }, outcome: 'replaced' };
  }
  if (isSuperseded(queue, holder))
    return { queue: withoutWaiting(queue, holder.workflowId), outcome: 'superseded' };
  const place = queue.waiting.findIndex(({ workflowId }) => workflowId === holder.workflowId);
  const waiting = place < 0 ? [...queue.waiting, holder] : queue.waiting.with(place, holder);
  return { queue: { ...queue, waiting }, outcome: 'waiting' };
}

/** Gives the turn to the first in line, unless somebody has it; `superseded` are those in line that this made outdated. */
export function grantNext(
  queue: Queue,
  nowMs: number,
): { queue: Queue; granted: Holder | null; superseded: Holder[] } {
  const [granted, ...rest] = queue.waiting;
  if (queue.holder !== null || granted === undefined) return { queue, granted: null, superseded: [] };
  const next: Queue = {
    ...queue,
    generation: nextGeneration(queue.generation, nowMs),
    holder: granted,
    newest: remember(queue.newest, granted),
  };
  const superseded = rest.filter((holder) => isSuperseded(next, holder));
  const waiting = rest.filter((holder) => !superseded.includes(holder));
  return { queue: { ...next, waiting }, granted, superseded };
}

/**
 * Ends the turn of exactly this execution, or its place in line.
 * `freed`: it had the turn. `left`: it was waiting. `unknown`: it is neither, such as an execution that was reset since.
 */
export function finish(
  queue: Queue,
  workflowId: string,
  runId: string,
): { queue: Queue; outcome: 'freed' | 'left' | 'unknown' } {
  const isIt = (holder: Holder): boolean => holder.workflowId === workflowId && holder.runId === runId;
  if (queue.holder && isIt(queue.holder)) return { queue: { ...queue, holder: null }, outcome: 'freed' };
  if (!queue.waiting.some(isIt)) return { queue, outcome: 'unknown' };
  return { queue: withoutWaiting(queue, workflowId), outcome: 'left' };
}

function withoutWaiting(queue: Queue, workflowId: string): Queue {
  return { ...queue, waiting: queue.waiting.filter((holder) => holder.workflowId !== workflowId) };
}

/** An equal order is the same change where the commit is the same, such as a run that was started again. */
function isSuperseded(queue: Queue, { subject, order, commit }: Holder): boolean {
  const newest = queue.newest.find((change) => change.subject === subject);
  if (!queue.supersede || !newest) return false;
  const difference = compareOrders(order, newest.order);
  return difference < 0 || (difference === 0 && commit !== newest.commit);
}

function remember(newest: NewestChange[], { subject, order, commit }: Holder): NewestChange[] {
  const others = newest.filter((change) => change.subject !== subject);
  return [...others, { subject, order, commit }].slice(-rememberedSubjects);
}
/** What a lane serves, and what it served before, newest first. */
export interface LaneReleases {
  live: Release | null;
  earlier: Release[];
}

/**
 * A lane's releases after its holder has ended with `live`. A release that was undone before that end never shows among
 * the earlier ones, because only ends are settled. `earlier` keeps each release once, without the live one.
 */
export function settled(before: LaneReleases, live: Release | null, keepReleases: number): LaneReleases {
  const candidates = before.live ? [before.live, ...before.earlier] : before.earlier;
  const earlier = candidates.filter(
    (release, at) =>
      release.id !== live?.id && candidates.findIndex((other) => other.id === release.id) === at,
  );
  return { live, earlier: earlier.slice(0, keepReleases) };
}
