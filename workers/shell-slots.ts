import { availableParallelism } from 'node:os';
import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { withAttention } from '../activities/attention';
import { Slots } from './slots';

/** Activities that execute code of a repository or a package in a workspace; all others are short or only wait. */
const heavy = new Set(['runShell', 'scan', 'runCustom']);

/** Shell steps and scans at once, where the settings say nothing: they wait for network and disk, so a core takes several. */
export const defaultShellSteps = Math.max(8, 4 * availableParallelism());

/**
 * Keeps what a machine executes at once to what it can carry: an activity beyond that waits, alive and cancellable.
 * Other activities never wait for shell steps, so that a canary is judged while everything builds.
 */
export function shellSlots(limit: number): () => ActivityInboundCallsInterceptor {
  const slots = new Slots(limit);
  return () => ({
    async execute(input, next) {
      if (!heavy.has(Context.current().info.activityType)) return next(input);
      const [work] = input.args as [{ repository: string; phase?: string }];
      const urgent = work.phase === 'compensate';
      const giveBack = await withAttention(({ signal }) => slots.take(work.repository, urgent, signal));
      try {
        return await next(input);
      } finally {
        giveBack();
      }
    },
  });
}
