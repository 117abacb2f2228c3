import { Context } from '@temporalio/activity';
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../activities';
import { createSendMessages } from '../../../activities/messages';
import { groupId, laneId } from '../../../src/domain/identity';
import type { Fence } from '../../../src/domain/release';
import { backend, earlierRelease } from '../world';
import type { Case } from './cases';
import type { Effect } from './model';

/** What happened in one run. */
export interface Recording {
  one: Case;
  effects: Effect[];
  attempts: Map<string, number>;
  resolutions: Promise<unknown>[];
}

const failure = (attempt: number, nonRetryable: boolean) =>
  ApplicationFailure.create({
    message: `attempt ${String(attempt)} fails`,
    type: 'StepFailed',
    nonRetryable,
    nextRetryDelay: '1ms',
  });

/** Activities that do to each run what its case says, and write down every effect in order. */
export function createRecorder(client: Client) {
  const runs = new Map<string, Recording>();

  const recordingOf = (run: string): Recording => {
    const found = runs.get(run);
    if (!found) throw new Error(`no case of ${run}`);
    return found;
  };

  /** One attempt of an effect: it fails as often as the case says. */
  const effect = async (run: string, step: string, phase: Effect['phase']): Promise<void> => {
    const { one, effects, attempts } = recordingOf(run);
    const fate = one.fates[step];
    const key = `${step} ${phase}`;
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    effects.push({ step, phase, at: 'began' });
    if (effects.filter(({ at }) => at === 'began').length === one.cancelAfter) {
      await client.workflow.getHandle(run).cancel();
    }
    const failures = { before: 0, step: fate?.failures ?? 0, compensate: fate?.undoFailures ?? 0 }[phase];
    const isStubborn = phase === 'compensate' && failures >= 5;
    // A stubborn undo fails once for good, and then a person has mended what it needs.
    if (isStubborn ? attempt === 1 : attempt <= failures) {
      effects.push({ step, phase, at: 'failed' });
      // A candidate that does not start is not started again.
      const isFinal =
        phase === 'step' && one.plan.steps.some(({ id, uses }) => id === step && uses === 'canary');
      throw failure(attempt, isStubborn || isFinal);
    }
    effects.push({ step, phase, at: 'done' });
  };

  /**
   * A message is sent again when its workflow task was lost with its result; its id lets the receiver drop it. So each
   * attempt ends as it did the first time, and is written down once.
   */
  const message = async (run: string, step: string): Promise<void> => {
    const { attempts, one } = recordingOf(run);
    const { attempt } = Context.current().info;
    if (attempt > (attempts.get(`${step} step`) ?? 0)) return effect(run, step, 'step');
    if (attempt > (one.fates[step]?.failures ?? 0)) return;
    throw failure(attempt, false);
  };

  const resolve = async (run: string, step: string): Promise<void> => {
    const action = recordingOf(run).one.fates[step]?.decision;
    const said = { step, action, reason: 'mended', actor: 'somebody' };
    for (;;) {
      try {
        await client.workflow.getHandle(run).executeUpdate('resolve', { args: [said] });
        return;
      } catch (error) {
        // An alert whose answer was lost is raised again, when its undo has been decided or the run has even ended.
        const { cause: refusal } = error as Error;
        if (refusal instanceof ApplicationFailure && refusal.type === 'WrongState') return;
        if (error instanceof WorkflowNotFoundError) return;
        // The server gives an update back when its workflow task was overtaken by another event.
        const { cause } = error as Error;
        if (!isGrpcServiceError(cause) || !cause.message.includes('FAILED_PRECONDITION')) throw error;
      }
    }
  };

  const done = { output: '', artifact: null, durationMs: 1 };
  /** Runs by the generation of their grants: what acts on a lane names no run. */
  const generations = new Map<number, string>();
  const holderOf = ({ generation }: Fence): string => generations.get(generation) ?? '';

  const notify: Activities['notify'] = async ({ run, step }) => {
    await message(run, step);
    return { output: '' };
  };

  const activities: Partial<Activities> = {
    async runShell({ run, step, phase }) {
      await effect(run, step, phase);
      return done;
    },
    async scan({ run, step }) {
      await effect(run, step, 'step');
      return { output: '' };
    },
    async callHttp({ run, step, phase }) {
      await effect(run, step, phase);
      return { output: '', code: 200 };
    },
    async runCustom({ run, step, phase }) {
      await effect(run, step, phase);
      return { output: '', result: null };
    },
    notify,
    sendMessages: createSendMessages({
      notify,
      emitEvent: () => Promise.reject(new Error('no random pipeline emits an event')),
    }),
    poolsOf: (names) => Promise.resolve(Object.fromEntries(names.map((name) => [name, null]))),
    checkFreeze: () => Promise.resolve(null),
    async requestTurn({ entity, holder }) {
      const id = entity.kind === 'lane' ? laneId(entity.lane) : groupId(entity.project, entity.group);
      const generation = generations.size + 1;
      generations.set(generation, holder.workflowId);
      const grant = { entity: id, holderRunId: holder.runId, generation, live: earlierRelease, earlier: [] };
      await client.workflow.getHandle(holder.workflowId).signal('granted', grant);
    },
    finishTurn: () => Promise.resolve(),
    async deployCandidate({ lane, fence, release }) {
      await effect(holderOf(fence), lane.service, 'step');
      return { candidate: backend(release), stable: null };
    },
    settleLane: ({ lane, fence }) => effect(holderOf(fence), lane.service, 'compensate'),
    shiftTraffic: () => Promise.resolve(),
    measure: () => Promise.resolve({ lapsed: false, measurements: [], failure: null }),
    raiseAlert({ run, step }) {
      recordingOf(run).resolutions.push(resolve(run, step));
      return Promise.resolve();
    },
  };
  return { runs, activities };
}
