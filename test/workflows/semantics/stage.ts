import { Context } from '@temporalio/activity';
import { WorkflowFailedError, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { pipelineSchema } from '../../../src/domain/pipeline';
import { type RunInput, runVersion, type RunView, type StepStatus } from '../../../src/domain/run';
import { type Harness, startDevHarness } from '../harness';
import { earlierRelease, runInput, type Script, type World } from '../world';

/** What one test plays: a pipeline of these steps in a scripted world. */
export interface Play extends Script {
  steps: object[];
  /** Other fields of the pipeline, such as `concurrency`. */
  pipeline?: object;
  /** Other fields of the run's input. */
  input?: Partial<RunInput>;
  activities?: Partial<World['activities']>;
}

/** A run on the stage, its world, and whoever acts upon it. */
export interface Actor {
  id: string;
  handle: WorkflowHandle;
  world: World;
  view: () => Promise<RunView>;
  until: (condition: (view: RunView) => boolean) => Promise<RunView>;
  untilStep: (step: string, status: StepStatus) => Promise<RunView>;
  /** Waits until the canary has said that it shifts: its step runs before the canary does. */
  untilShifted: () => Promise<RunView>;
  /** What the run shows once it has ended, however it has. */
  end: () => Promise<RunView>;
  approve: (change?: object) => Promise<RunView>;
  reject: (change?: object) => Promise<RunView>;
  decide: (command: 'promote' | 'abort', step?: string) => Promise<RunView>;
  resolve: (action: 'retry' | 'skip' | 'done', step?: string) => Promise<RunView>;
  /** Plays the retry of this run, which has ended. */
  retry: <T>(use: (again: Actor) => Promise<T>) => Promise<T>;
}

/** The shared dev server for the tests of one file: the time-skipping one can lock up when an activity is cancelled. */
export function useStage() {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startDevHarness();
  });
  afterAll(() => harness.stop());

  return {
    harness: () => harness,
    play(
      { steps, pipeline, input: more, activities, ...script }: Play,
      use: (run: Actor) => Promise<void>,
    ): Promise<void> {
      const parsed = pipelineSchema.parse({
        ...{ apiVersion: 'sagaline/v1', name: 'deliver', on: [{ event: 'push' }], steps },
        ...pipeline,
      });
      const input: RunInput = { ...runInput(parsed), version: runVersion, ...more };
      input.event.data['author'] = 'ada';
      return harness.withWorker(
        { stable: earlierRelease, ...script },
        async (world, taskQueue, id) => use(await start(harness, world, taskQueue, id, input)),
        activities,
      );
    },
  };
}

async function start(
  harness: Harness,
  world: World,
  taskQueue: string,
  id: string,
  input: RunInput,
): Promise<Actor> {
  const { workflow } = harness.environment.client;
  const handle = await workflow.start('run', { workflowId: id, taskQueue, args: [input] });
  const view = () => handle.query<RunView>('state');
  const until: Actor['until'] = async (condition) => {
    for (;;) {
      const seen = await view();
      if (condition(seen)) return seen;
    }
  };
  const update = (name: string, said: object) =>
    handle.executeUpdate<RunView, [object]>(name, { args: [said] });
  const ann = { actor: 'ann', teams: ['team-a'], aliases: [], reason: 'seen' };
  const stepOf = (step?: string) => (step === undefined ? {} : { step });
  return {
    id,
    handle,
    world,
    view,
    until,
    untilStep: (step, status) =>
      until(({ steps }) => steps.some((one) => one.id === step && one.status === status)),
    untilShifted: () => until(({ steps }) => steps.some(({ detail }) => detail?.startsWith('shift'))),
    async end() {
      await handle.result().catch((error: unknown) => {
        if (!(error instanceof WorkflowFailedError)) throw error;
      });
      return view();
    },
    approve: (change = {}) => update('approve', { ...ann, ...change }),
    reject: (change = {}) => update('reject', { ...ann, ...change }),
    decide: (command, step) => update('decide', { command, reason: 'seen', actor: 'ann', ...stepOf(step) }),
    resolve: (action, step = 'migrate') =>
      update('resolve', { step, action, reason: 'by hand', actor: 'ann' }),
    async retry(use) {
      const next = await handle.query<RunInput>('retry');
      world.log.length = 0;
      return use(await start(harness, world, taskQueue, `${id}:2`, next));
    },
  };
}

/** The code with which an update is refused. */
export async function refusalOf(update: Promise<unknown>): Promise<string | null | undefined> {
  try {
    await update;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
      return error.cause.type;
    throw error;
  }
  return null;
}

/** Called in an activity: ends as a real step does that is told to stop, once somebody has asked for it. */
export async function stopsWhenCancelled(run: WorkflowHandle): Promise<never> {
  const { heartbeat, cancelled } = Context.current();
  const isRequested = async () => {
    const { events } = await run.fetchHistory();
    return events?.some(({ activityTaskCancelRequestedEventAttributes: asked }) => asked);
  };
  while (!(await isRequested()));
  // The SDK sends a first heartbeat at once and hears by its answer.
  heartbeat();
  return cancelled;
}

/** A promise, and what fulfils it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

export const breaks = () => {
  throw ApplicationFailure.nonRetryable('exit code 1', 'StepFailed');
};

/** Statuses of all steps, such as `build succeeded`. */
export const stepsOf = ({ steps }: RunView) => steps.map(({ id, status }) => `${id} ${status}`);

/** Statuses of all compensations, the newest first. */
export const undosOf = ({ compensations }: RunView) =>
  compensations.map(({ step, status }) => `${step} ${status}`);
