import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { RunInput } from '../src/domain/run';
import { runStart } from '../src/run-start';

const startsAtOnce = 50;

/** Starts a run under an id of its own. */
export const startRun = (client: Client, input: RunInput) =>
  client.workflow.start('run', runStart(`run:bench:${randomUUID()}`, input));

/** Starts all of them, many at a time, and gives their handles; ends early when the signal is aborted. */
export async function startAll(client: Client, inputs: readonly RunInput[], signal: AbortSignal) {
  const open = [...inputs];
  const started: Awaited<ReturnType<typeof startRun>>[] = [];
  await Promise.all(
    Array.from({ length: startsAtOnce }, async () => {
      for (let next = open.pop(); next && !signal.aborted; next = open.pop())
        started.push(await startRun(client, next));
    }),
  );
  return started;
}
