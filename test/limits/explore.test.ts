import { appendFileSync, writeFileSync } from 'node:fs';
import { pipelineSchemaWith } from '../../src/domain/pipeline';
import { expand } from '../../src/domain/expand';
import { type Harness, startDevHarness } from '../workflows/harness';
import { runInputOf } from '../workflows/world';
import { executionOf } from './execution';
let harness: Harness;
beforeAll(async () => { harness = await startDevHarness(); });
afterAll(() => harness.stop());
const out = (s: string) => appendFileSync('/tmp/limits-explore.txt', s.slice(0, 1500) + '\n');
const schema = pipelineSchemaWith(['act']);
async function go(name: string, steps: object[], script = {}) {
  const pipeline = schema.parse({ apiVersion: 'sagaline/v1', name: 'p', on: [{ event: 'push' }], steps });
  await harness.withWorker(script, async (_w, taskQueue, workflowId) => {
    const { workflow } = harness.environment.client;
    const t = performance.now();
    const input = { ...runInputOf(expand(pipeline)), version: 2 };
    out(`${name}: input bytes ${JSON.stringify(input).length}`);
    try {
      const handle = await workflow.start('run', { workflowId, taskQueue, args: [input] });
      const done = await Promise.race([handle.result().then(() => 'ok', (e) => 'ERR ' + String(e.cause?.message ?? e)), new Promise((r) => setTimeout(() => r('TIMEOUT'), 45_000))]);
      out(`${name}: ${done}`);
      if (done === 'TIMEOUT') { const e = await executionOf(workflow, workflowId); out(JSON.stringify(e.events.slice(-5))); out(JSON.stringify((await handle.describe()).raw.pendingWorkflowTask)); await handle.terminate(); return; }
      for (const q of ['state', 'retry']) out(`${name} ${q}: ` + await handle.query(q).then((v) => JSON.stringify(v).length, (e) => 'ERR ' + e + ' ' + e.cause));
      const e = await executionOf(workflow, workflowId);
      out(`${name}: events=${e.events.length} bytes=${e.bytes} ms=${(performance.now() - t).toFixed()}`);
    } catch (e: any) { out(`${name}: START ERR ${e} cause ${e.cause} code ${e.cause?.code}`); }
  });
}
const many = (n: number, f: (at: number) => object) => Array.from({ length: n }, (_, at) => ({ id: `s${at}`, ...f(at) }));
test('explore', async () => {
  writeFileSync('/tmp/limits-explore.txt', '');
  await go('envSmall', [{ id: 'first', uses: 'shell', with: { run: 'true' } }, ...many(999, () => ({ uses: 'shell', needs: ['first'], when: 'steps.first.status == "succeeded"', env: { A: '${steps.first.output}' }, with: { run: 'x' } }))], { shell: () => 'o'.repeat(100) });
  await go('env', [{ id: 'first', uses: 'shell', with: { run: 'true' } }, ...many(999, () => ({ uses: 'shell', needs: ['first'], env: { A: '${steps.first.output}' }, with: { run: 'x' } }))], { shell: () => 'o'.repeat(4096) });
  await go('failing', [{ id: 'first', uses: 'shell', with: { run: 'true' } }, ...many(300, () => ({ uses: 'shell', needs: ['first'], continueOnError: true, with: { run: 'x' } }))], { shell: () => { throw new Error('o'.repeat(4096)); } });
}, 400_000);
