import type { Wait } from '../src/domain/wait';
import type { Workflows } from '../src/ports';

/** Activities by which a run says that it waits for an event, and that it no longer does. */
export function createWaits({ workflows }: { workflows: Workflows }) {
  return {
    joinWait({ project, wait }: { project: string; wait: Wait }): Promise<void> {
      return workflows.signalWaits(project, wait.kind, 'register', wait);
    },

    leaveWait(
      input: { project: string; kind: string } & Pick<Wait, 'workflowId' | 'runId' | 'step'>,
    ): Promise<void> {
      const { project, kind, ...gone } = input;
      return workflows.signalWaits(project, kind, 'leave', gone);
    },
  };
}
