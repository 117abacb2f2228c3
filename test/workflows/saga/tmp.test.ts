import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { expand } from '../../../src/domain/expand';
import { pipelineSchema } from '../../../src/domain/pipeline';
import { workflowBundle } from '../../setup/temporal';
import { startDevHarness } from '../harness';
import { runInputOf } from '../world';
import { createRecorder } from './recorder';

test.each([
  ['retry ok', 2, [{ id: 's1', uses: 'notify', with: { to: 'x', message: 'm' }, retry: { attempts: 3, backoff: '1ms' } }]],
  ['fail', 9, [{ id: 's1', uses: 'notify', with: { to: 'x', message: 'm' }, retry: { attempts: 1, backoff: '1ms' } }]],
  ['fail beside', 9, [{ id: 's1', uses: 'notify', with: { to: 'x', message: 'm' }, retry: { attempts: 1, backoff: '1ms' } }, { id: 's2', uses: 'shell', with: { run: 'true' } }]],
  ['fail beside 2', 9, [{ id: 's1', uses: 'notify', with: { to: 'x', message: 'm' }, retry: { attempts: 1, backoff: '1ms' } }, { id: 's2', uses: 'notify', with: { to: 'x', message: 'm' } }]],
])('%s', async (_n, failures, steps) => {
  const h = await startDevHarness();
  const { client, nativeConnection } = h.environment;
  const { runs, activities } = createRecorder(client);
  const taskQueue = randomUUID();
  const plan = expand(pipelineSchema.parse({ apiVersion: 'sagaline/v1', name: 'x', on: [], steps }));
  const worker = await Worker.create({ connection: nativeConnection, taskQueue, workflowBundle: { codePath: workflowBundle() }, activities });
  await worker.runUntil(async () => {
    const workflowId = `run:${randomUUID()}`;
    runs.set(workflowId, { one: { plan, fates: { s1: { failures, undoFailures: 0, decision: 'done' } }, cancelAfter: null }, effects: [], attempts: new Map(), resolutions: [] });
    const handle = await client.workflow.start('run', { workflowId, taskQueue, args: [{ ...runInputOf(plan), version: 2 }] });
    const r = await Promise.race([handle.result().then(() => 'ok', (e) => String(e.cause)), new Promise((x) => setTimeout(() => x('STUCK'), 6000))]);
    console.log(_n, r, JSON.stringify(runs.get(workflowId)?.effects));
    await handle.terminate().catch(() => 0);
  });
}, 20000);
