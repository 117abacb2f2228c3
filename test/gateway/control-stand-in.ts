import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expand, type Plan } from '../../src/domain/expand';
import { runWorkflowId } from '../../src/domain/identity';
import { pipelineSchema } from '../../src/domain/pipeline';
import type { RunInput } from '../../src/domain/run';
import { runStart } from '../../src/run-start';
import { devServerAddress } from '../setup/temporal';
import { quietRuntime } from '../support/quiet-runtime';
import { runInputOf } from '../workflows/world';
import type { TestGateway } from './gateway';

export interface StandInRun {
  id: string;
  /** Path of the run in the control API. */
  path: string;
  handle: WorkflowHandle;
  input: RunInput;
}

/** A worker that executes runs of control-run.ts on a queue of its own. */
export interface StandIn {
  /** Starts a run as routing does, with an id of its own; another queue is one that nobody serves. */
  start: (change?: { id?: string; taskQueue?: string; pipeline?: Plan }) => Promise<StandInRun>;
  stop: () => Promise<void>;
}

const pipeline = pipelineSchema.parse({
  apiVersion: 'sagaline/v1',
  name: 'deliver',
  on: [{ event: 'push' }],
  steps: [
    { id: 'build', uses: 'shell', with: { run: 'make' } },
    { id: 'gate', needs: ['build'], uses: 'approval', with: { teams: ['ops'] } },
  ],
});

quietRuntime();

export async function startStandIn({
  client,
  project,
}: Pick<TestGateway, 'client' | 'project'>): Promise<StandIn> {
  const connection = await NativeConnection.connect({ address: devServerAddress() });
  const own = `test-${randomUUID()}`;
  const workflowsPath = require.resolve('./control-run');
  const worker = await Worker.create({ connection, taskQueue: own, workflowsPath });
  const running = worker.run();
  return {
    async start({ id: named, taskQueue = own, pipeline: plan = expand(pipeline) } = {}) {
      const input = { ...runInputOf(plan), project };
      const id = named ?? runWorkflowId(project, input.repository, pipeline.name, randomUUID());
      const handle = await client.workflow.start('run', { ...runStart(id, input), taskQueue });
      return { id, path: `/runs/${encodeURIComponent(id)}`, handle, input };
    },
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
