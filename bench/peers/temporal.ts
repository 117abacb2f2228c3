import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { type Contender, measureOrder } from './contender';
import { verify, works } from './trivial';

/** Task queue of the worker in ../by-hand. */
export const byHandQueue = 'by-hand';

/** Names by which others compare themselves. */
export const byHandNames = {
  ordinary: 'Temporal by hand, activities',
  local: 'Temporal by hand, local activities',
} as const;

/** A workflow that was written by hand, on the Temporal server of the platform; a worker of ../by-hand must run. */
export function temporalByHand(client: Client, kind: keyof typeof byHandNames): Contender {
  return {
    name: byHandNames[kind],
    works,
    manyAtOnce: true,
    stop: () => undefined,
    measure: (order) =>
      measureOrder(async (work) => {
        const workflowId = `by-hand:${randomUUID()}`;
        const args = [work, kind === 'local'];
        verify(
          work,
          await client.workflow.execute('byHandWork', { taskQueue: byHandQueue, workflowId, args }),
        );
      }, order),
  };
}
