import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Routed, RouteItem } from '../activities/route';
import type { EventRecord, SagalineEvent } from '../src/domain/event';
import { emptyMemory, find, type InboxMemory, remember, standing } from '../src/domain/inbox-memory';
import { route } from './activities';
import { deliverSignal, eventQuery } from './messages';

export interface InboxInput {
  project: string;
  source: string;
  subject: string;
  /** What an earlier execution of this inbox carries over. */
  carried?: { memory: InboxMemory; counter: number };
}

/** Events routed by one activity. */
const batchSize = 10;

/** Events after which the history is long enough to start a new one, whatever the server suggests. */
const eventsPerExecution = 500;

/** A subject that has been quiet for this long needs no inbox; its next event starts one. */
const idle = '30 days';

/** Takes one subject's events in order, drops duplicates, and starts the runs of each exactly once. */
export async function inbox(input: InboxInput): Promise<void> {
  let memory = input.carried?.memory ?? emptyMemory();
  let counter = input.carried?.counter ?? 0;
  let handled = 0;
  const pending: SagalineEvent[] = [];
  let routing: SagalineEvent[] = [];

  setHandler(deliverSignal, (event) => {
    pending.push(event);
  });
  setHandler(eventQuery, (key) => find(memory, key) ?? received([...routing, ...pending], key));

  for (;;) {
    const some = await condition(() => pending.length > 0, idle);
    if (!some) return;
    routing = pending.splice(0, batchSize);
    const items: RouteItem[] = [];
    for (const event of routing) {
      counter += 1;
      const order = { time: Date.parse(event.receivedAt), counter };
      const judged = standing(memory, event);
      if (judged.kind === 'known') continue;
      if (judged.kind === 'route') items.push({ event, order, askHead: judged.askHead });
      memory = remember(memory, recordOf(event, judged.kind === 'refused' ? judged.reason : null));
    }
    if (items.length > 0) {
      const routed = await route({ project: input.project, items });
      for (const item of items) memory = remember(memory, routedRecord(item, routed));
    }
    handled += routing.length;
    routing = [];
    // Nothing that has arrived may be left behind: what is pending is routed before the history ends.
    if (pending.length === 0 && (handled >= eventsPerExecution || workflowInfo().continueAsNewSuggested)) {
      await continueAsNew<typeof inbox>({ ...input, carried: { memory, counter } });
    }
  }
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
