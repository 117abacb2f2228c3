import {
  condition,
  continueAsNew,
  patched,
  setHandler,
  setWorkflowOptions,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Routed, RouteItem } from '../activities/route';
import type { EventRecord, SagalineEvent } from '../src/domain/event';
import { emptyMemory, find, type InboxMemory, remember, standing } from '../src/domain/inbox-memory';
import type { Order } from '../src/domain/run';
import { route, routedAtOnce } from './activities';
import { deliverSignal, eventQuery } from './messages';
import { versioned } from './versioning';

export interface InboxInput {
  project: string;
  source: string;
  subject: string;
  /** What an earlier execution of this inbox carries over. */
  carried?: Carried;
}

/** Events routed by one activity. */
const batchSize = 10;

/** Events after which an execution ends at the next pause, and after which it ends without one. */
const eventsPerExecution = { atPause: 250, atMost: 500 };

/**
 * A pause: an event that arrives while the execution ends makes Temporal refuse the end, refuse further events meanwhile, and
 * have the whole history replayed.
 */
const pauseMs = 50;

/** A subject that has been quiet for this long, or up to twice as long, needs no inbox; its next event starts one. */
const idle = '30 days';

/** What an inbox carries from one execution to the next. */
interface Carried {
  memory: InboxMemory;
  /** Order key of the last event. */
  last: Order;
}

/** What becomes of a batch of events: those to route, and those that have no effect. */
interface Taken extends Carried {
  items: RouteItem[];
  refused: EventRecord[];
}

/** Takes one subject's events in order, drops duplicates, and starts the runs of each exactly once. */
export async function inbox(input: InboxInput): Promise<void> {
  let { memory, last }: Carried = input.carried ?? { memory: emptyMemory(), last: { time: 0, counter: 0 } };
  let handled = 0;
  const pending: SagalineEvent[] = [];
  let routing: SagalineEvent[] = [];

  setHandler(deliverSignal, (event) => {
    pending.push(event);
  });
  setHandler(eventQuery, (key) => find(memory, key) ?? received([...routing, ...pending], key));

  const next = waitFor(
    () => pending.length > 0,
    () => last.counter,
  );
  while (await next()) {
    routing = pending.splice(0, batchSize);
    const taken = take({ memory, last }, routing);
    ({ memory, last } = taken);
    if (taken.items.length > 0 || (taken.refused.length > 0 && patched('refused-events-are-recorded'))) {
      const { items, refused } = taken;
      const work = { project: input.project, items, ...(refused.length > 0 && { refused }) };
      const isQuiet = !isLong(handled + routing.length) && cameAlone(taken, pending);
      const atOnce = isQuiet ? await routedAtOnce(work) : undefined;
      const routed = atOnce ?? (await route(work));
      for (const item of taken.items) memory = remember(memory, routedRecord(item, routed));
    }
    handled += routing.length;
    routing = [];
    // Nothing that has arrived may be left behind: what is pending is routed before the history ends.
    if (pending.length === 0 && (await mayEnd(handled, () => pending.length > 0))) {
      await continueAsNew<typeof inbox>({ ...input, carried: { memory, last } });
    }
  }
}
setWorkflowOptions(versioned('AUTO_UPGRADE'), inbox);

/**
 * A function that waits for the next event, and says whether one came before the subject was idle. One timer an execution, not
 * one an event: Temporal keeps the row of a timer until its time has come, also when it was cancelled.
 */
function waitFor(hasArrived: () => boolean, counter: () => number): () => Promise<boolean> {
  if (!patched('one-idle-timer')) return () => condition(hasArrived, idle);
  let isIdle = false;
  const watch = async () => {
    for (let seen = -1; seen !== counter();) {
      seen = counter();
      await sleep(idle);
    }
    isIdle = true;
  };
  // A cancellation ends the wait as well, which tells of it.
  watch().catch(() => undefined);
  return async () => {
    await condition(() => hasArrived() || isIdle);
    return hasArrived();
  };
}

/** Whether an execution that has handled so many events is long enough; waits for a pause where it need not end at once. */
async function mayEnd(handled: number, hasArrived: () => boolean): Promise<boolean> {
  if (handled >= eventsPerExecution.atMost || workflowInfo().continueAsNewSuggested) return true;
  if (handled < eventsPerExecution.atPause || !patched('ends-at-a-pause')) return false;
  return !(await condition(hasArrived, pauseMs));
}

/**
 * Whether an execution may end after so many events. A task that Temporal refuses to end takes along what was routed within it, so
 * that it would be routed again: what may come last is for an activity.
 */
const isLong = (events: number): boolean =>
  events >= eventsPerExecution.atPause || workflowInfo().continueAsNewSuggested;

/**
 * Whether an event came alone: only then is it routed within the workflow task, because Temporal forces a task to close behind
 * which more than 100 signals wait. What is refused must be in the history, which keeps no arguments of such an activity.
 */
const cameAlone = ({ items, refused }: Taken, pending: SagalineEvent[]): boolean =>
  items.length === 1 && refused.length === 0 && pending.length === 0 && patched('routes-within-the-task');

/** Gives each event its place and keeps those that may start runs. */
function take({ memory, last }: Carried, events: SagalineEvent[]): Taken {
  const items: RouteItem[] = [];
  const refused: EventRecord[] = [];
  for (const event of events) {
    // Gateways' clocks differ: within a subject the time of acceptance never goes back.
    const time = Math.max(last.time, Date.parse(event.receivedAt));
    last = { time, counter: last.counter + 1 };
    const judged = standing(memory, event);
    if (judged.kind === 'known') continue;
    if (judged.kind === 'route') items.push({ event, order: last, askHead: judged.askHead });
    const record = recordOf(event, judged.kind === 'refused' ? judged.reason : null);
    if (judged.kind === 'refused') refused.push(record);
    memory = remember(memory, record);
  }
  return { memory, last, items, refused };
}

function received(events: SagalineEvent[], key: string): EventRecord | null {
  const event = events.find((candidate) => candidate.key === key);
  return event ? { event, status: 'received', decisions: [] } : null;
}

function recordOf(event: SagalineEvent, refused: string | null): EventRecord {
  if (refused === null) return { event, status: 'received', decisions: [] };
  return {
    event,
    status: 'routed',
    decisions: [{ pipeline: null, matched: false, reason: refused, runId: null }],
  };
}

function routedRecord({ event }: RouteItem, routed: Routed[]): EventRecord {
  const decisions = routed.find(({ key }) => key === event.key)?.decisions ?? [];
  return { event, status: 'routed', decisions };
}
