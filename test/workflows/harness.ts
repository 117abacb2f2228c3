import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createSendMessages } from '../../activities/messages';
import { searchAttributes } from '../../src/domain/messages';
import { devServerAddress, testServerPath, workflowBundle } from '../setup/temporal';
import { quietRuntime } from '../support/quiet-runtime';
import { createWorld, type Script, type World } from './world';

export interface Harness {
  environment: TestWorkflowEnvironment;
  /** Runs a worker on scripted activities while `use` lasts. */
  withWorker: <T>(
    script: Script,
    use: (world: World, taskQueue: string, id: string) => Promise<T>,
    override?: Partial<World['activities']>,
  ) => Promise<T>;
  stop: () => Promise<void>;
}

/** A time-skipping server of the test file's own: an hour of timers passes in a moment. */
export async function startHarness(): Promise<Harness> {
  quietRuntime();
  const executable = { type: 'existing-path', path: testServerPath() } as const;
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  // 2 is Keyword in Temporal's IndexedValueType.
  const keywords = Object.fromEntries(searchAttributes.map((name) => [name, 2]));
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: keywords,
  });
  return harnessOn(environment);
}

/** The shared dev server, for what the time-skipping one lacks: lists, resets, entities that live long. */
export async function startDevHarness(): Promise<Harness> {
  quietRuntime();
  return harnessOn(await TestWorkflowEnvironment.createFromExistingServer({ address: devServerAddress() }));
}

function harnessOn(environment: TestWorkflowEnvironment): Harness {
  return {
    environment,
    async withWorker(script, use, override = {}) {
      const taskQueue = `test-${randomUUID()}`;
      const world = createWorld(script, (workflowId, signal, payload) =>
        environment.client.workflow.getHandle(workflowId).signal(signal, payload),
      );
      const activities = { ...world.activities, ...override };
      const worker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        workflowBundle: { codePath: workflowBundle() },
        // What it sends, it sends by what takes the place of the others.
        activities: { ...activities, sendMessages: createSendMessages(activities) },
      });
      return worker.runUntil(use(world, taskQueue, `run:${randomUUID()}`));
    },
    stop: () => environment.teardown(),
  };
}

/** The failure a workflow ended with, out of its wrappers. */
export async function failureOf(handle: WorkflowHandle): Promise<Error> {
  try {
    await handle.result();
  } catch (error) {
    let failure = error as Error;
    while (failure.cause instanceof Error) failure = failure.cause;
    return failure;
  }
  throw new Error('the workflow did not fail');
}
