import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { Delivered } from './delivered-runs';
import { type Figure, figure } from './figures';

/** The way of an event that came alone, in its order: each part ends where the next one begins. */
const parts = [
  'webhook sent to its signal in the inbox (verified, answered 202)',
  "signal to the inbox's workflow task",
  'routing within that task, to the start of the run',
  'start of the run to its end: one workflow task, five messages',
] as const;

/** Where the time goes of runs whose events were all that came to one inbox, by the clock of Temporal in its histories. */
export async function partFigures(
  client: Client,
  delivered: readonly Delivered[],
  warmUp: number,
): Promise<Figure[]> {
  const [first] = delivered;
  if (!first) return [];
  const { events: received } = await client.workflow.getHandle(first.inbox).fetchHistory();
  const signals = (received ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes);
  const tasks = (received ?? []).filter((event) => event.workflowTaskStartedEventAttributes);
  const samples: number[][] = parts.map(() => []);
  for (const [at, { sentAt, run }] of delivered.entries()) {
    const signal = signals[at];
    const task = tasks.find(({ eventId }) => Number(eventId) > Number(signal?.eventId));
    if (at < warmUp || !signal || !task) continue;
    const { events: own } = await run.fetchHistory();
    const begins = [signal, task, own?.[0], own?.at(-1)].map((event) => tsToMs(event?.eventTime));
    for (const [part, end] of begins.entries()) samples[part]?.push(end - (begins[part - 1] ?? sentAt));
  }
  return parts.map((what, part) => figure(`of that: ${what}`, 'ms', samples[part] ?? []));
}
