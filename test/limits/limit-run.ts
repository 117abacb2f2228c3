import { randomUUID } from 'node:crypto';
import { expand } from '../../src/domain/expand';
import { pipelineSchemaWith } from '../../src/domain/pipeline';
import { type RunInput, runVersion, type RunView } from '../../src/domain/run';
import type { Harness } from '../workflows/harness';
import { runInputOf, type Script } from '../workflows/world';
import { type Execution, executionOf } from './execution';

/** A step as a pipeline file writes it; `act` is a user-written step of these tests. */
export type Written = Record<string, unknown>;

const schema = pipelineSchemaWith(['act']);

/** The input of a run of these steps. */
export function inputOf(steps: Written[], more: Written = {}): RunInput {
  const pipeline = schema.parse({
    apiVersion: 'sagaline/v1',
    name: 'long',
    on: [{ event: 'push' }],
    ...more,
    steps,
  });
  return { ...runInputOf(expand(pipeline)), version: runVersion };
}

/** What a run showed at its end, and its history. */
export interface Ended {
  view: RunView;
  execution: Execution;
}

/** Executes runs beside each other on one worker; the results are in the order of the inputs. */
export function executed(harness: Harness, inputs: RunInput[], script: Script = {}): Promise<Ended[]> {
  const { workflow } = harness.environment.client;
  return harness.withWorker(script, (_world, taskQueue) =>
    Promise.all(
      inputs.map(async (input) => {
        const workflowId = `run:${randomUUID()}`;
        const handle = await workflow.start('run', { workflowId, taskQueue, args: [input] });
        // Its view tells how it ended.
        await handle.result().catch(() => undefined);
        const view = await handle.query<RunView>('state');
        return { view, execution: await executionOf(workflow, workflowId) };
      }),
    ),
  );
}
