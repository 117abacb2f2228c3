import type { GroupRule, Holder } from './lane';
import type { Order } from './run';

/** Subjects whose newest granted change is remembered; the one granted longest ago is forgotten first. */
export const rememberedSubjects = 200;
/** Refused executions that are remembered, so that one which asks once more is not taken for a newer run. */
export const rememberedRefusals = 200;

/** The newest change of a subject that was ever granted. */
export interface NewestChange {
  subject: string;
  order: Order;
  commit: string;
}

/** Who holds an entity and who waits for it: the state of lanes and groups, plain data. */
export interface Queue {
  /** True for a lane, where an earlier change may never replace a later one; false for a group, where rules decide. */
  supersede: boolean;
  generation: number;
  /** Granted longest ago first. */
  holders: Holder[];
  /** In the order of asking; a holder that was reset is first. */
  waiting: Holder[];
  /** Granted longest ago first. */
  newest: NewestChange[];
  /** The newest run that was let in: its rule is the one that counts, also when it has gone. */
  asker: { workflowId: string; rule: GroupRule } | null;
  /** Run ids of holders that were asked to make room. */
  yielding: string[];
  /** Run ids, refused longest ago first. */
  refused: string[];
}

/** A queue as an execution has carried it over; 0.1.0 knew one holder and no rules. */
export type CarriedQueue = Queue | FirstQueue;
type FirstQueue = Pick<Queue, 'supersede' | 'generation' | 'waiting' | 'newest'> & { holder: Holder | null };

/** Today's form of a queue that was carried over. */
export function carriedQueue(queue: CarriedQueue): Queue {
  if (!('holder' in queue)) return queue;
  const { holder, ...rest } = queue;
  return { ...emptyQueue(queue.supersede), ...rest, holders: holder ? [holder] : [] };
}

/** A queue nobody has asked yet; `generation` is what the target already knows. */
export function emptyQueue(supersede: boolean, generation = 0): Queue {
  const nobody = { holders: [], waiting: [], newest: [], asker: null, yielding: [], refused: [] };
  return { supersede, generation, ...nobody };
}

const turns: GroupRule = { onNewer: 'queue', limit: 1 };

/** The rule that counts now. */
export const ruleOf = (queue: Queue): GroupRule => queue.asker?.rule ?? turns;

/** The next generation: it grows even when the lane itself has forgotten the previous one. */
export const nextGeneration = (previous: number, nowMs: number): number => Math.max(previous + 1, nowMs);

/** Negative when `a` is the earlier change; orders are compared within one subject only. */
export function compareOrders(a: Order, b: Order): number {
  return a.time - b.time || a.counter - b.counter;
}

/** What came of asking; `refused` are those in line, or the asker itself, for whom there is no turn any more. */
export interface Answer {
  queue: Queue;
  /**
   * `holding`: has it, tell it again. `waiting`: is in line. `refused`: a later change is before it.
   * `replaced`: a holder was reset (same workflow id, new run id): its turn is over, and the new run is first in line.
   */
  outcome: 'holding' | 'waiting' | 'refused' | 'replaced';
  refused: Holder[];
}

/** Asks for a turn; asking again changes nothing. */
export function request(queue: Queue, asking: Holder): Answer {
  const isSame = ({ workflowId }: Holder) => workflowId === asking.workflowId;
  const held = queue.holders.find(isSame);
  if (held?.runId === asking.runId) return { queue, outcome: 'holding', refused: [] };
  if (held) {
    const holders = queue.holders.filter((holder) => holder !== held);
    return inLine({ ...queue, holders }, [asking, ...queue.waiting], 'replaced');
  }
  if (isSuperseded(queue, asking) || queue.refused.includes(asking.runId)) {
    const waiting = queue.waiting.filter((holder) => !isSame(holder));
    return { queue: { ...queue, waiting }, outcome: 'refused', refused: [asking] };
  }
  const place = queue.waiting.findIndex(isSame);
  return place < 0 ? join(queue, asking) : inLine(queue, queue.waiting.with(place, asking), 'waiting');
}

const inLine = (queue: Queue, waiting: Holder[], outcome: Answer['outcome']): Answer => ({
  queue: { ...queue, waiting },
  outcome,
  refused: [],
});

/** A newcomer is newer than all others, except than later changes of its own subject: then the rule of these counts. */
function join(queue: Queue, asking: Holder): Answer {
  const isLate = [...queue.holders, ...queue.waiting].some(
    ({ subject, order }) => subject === asking.subject && compareOrders(asking.order, order) < 0,
  );
  const rule = isLate ? ruleOf(queue) : (asking.rule ?? turns);
  if (isLate && rule.onNewer !== 'queue') {
    return { queue: withRefused(queue, [asking]), outcome: 'refused', refused: [asking] };
  }
  if (isLate) return inLine(queue, [...queue.waiting, asking], 'waiting');
  const asker = { workflowId: asking.workflowId, rule };
  if (rule.onNewer === 'queue') return inLine({ ...queue, asker }, [...queue.waiting, asking], 'waiting');
  const next = { ...withRefused(queue, queue.waiting), asker, waiting: [asking] };
  return { queue: next, outcome: 'waiting', refused: queue.waiting };
}

function withRefused(queue: Queue, holders: Holder[]): Queue {
  const refused = [...queue.refused, ...holders.map(({ runId }) => runId)];
  return { ...queue, refused: refused.slice(-rememberedRefusals) };
}

/** Whether the first in line may have its turn now; a limit that has shrunk takes no turn away. */
export const canGrant = (queue: Queue): boolean =>
  queue.waiting.length > 0 && queue.holders.length < ruleOf(queue).limit;

/** Gives a turn to the first in line, if there is a place; `refused` are those in line that this made outdated. */
export function grantNext(
  queue: Queue,
  nowMs: number,
): { queue: Queue; granted: Holder | null; refused: Holder[] } {
  const [granted, ...rest] = queue.waiting;
  if (!canGrant(queue) || granted === undefined) return { queue, granted: null, refused: [] };
  const next: Queue = {
    ...queue,
    generation: nextGeneration(queue.generation, nowMs),
    holders: [...queue.holders, granted],
    newest: remember(queue.newest, granted),
  };
  const refused = rest.filter((holder) => isSuperseded(next, holder));
  const waiting = rest.filter((holder) => !refused.includes(holder));
  return { queue: { ...next, waiting }, granted, refused };
}

/** Under `cancel`: the holders that are older than the newest run and have not been asked to make room for it. */
export function askToYield(queue: Queue): { queue: Queue; asked: Holder[] } {
  const present = [...queue.holders, ...queue.waiting];
  const { asker } = queue;
  const isNeeded =
    asker?.rule.onNewer === 'cancel' && present.some((one) => one.workflowId === asker.workflowId);
  if (!isNeeded) return { queue, asked: [] };
  const asked = queue.holders.filter(
    ({ workflowId, runId }) => workflowId !== asker.workflowId && !queue.yielding.includes(runId),
  );
  if (asked.length === 0) return { queue, asked };
  const yielding = queue.holders.flatMap(({ workflowId, runId }) =>
    workflowId === asker.workflowId ? [] : [runId],
  );
  return { queue: { ...queue, yielding }, asked };
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
  const isOther = (holder: Holder): boolean => holder.workflowId !== workflowId || holder.runId !== runId;
  const holders = queue.holders.filter(isOther);
  if (holders.length < queue.holders.length) return { queue: { ...queue, holders }, outcome: 'freed' };
  const waiting = queue.waiting.filter(isOther);
  if (waiting.length < queue.waiting.length) return { queue: { ...queue, waiting }, outcome: 'left' };
  return { queue, outcome: 'unknown' };
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
