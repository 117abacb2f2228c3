import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** From dist/scripts to dist. */
const dist = join(__dirname, '..');

/** Bundles the compiled workflows into dist/workflow-bundle.js, once for all workers and tests. */
async function main(): Promise<void> {
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({ workflowsPath: join(dist, 'workflows/index.js'), logger });
  const target = join(dist, 'workflow-bundle.js');
  const temporary = `${target}.${process.pid}`;
  await writeFile(temporary, code);
  // A worker that starts meanwhile reads the old bundle or the new one, never half of one.
  await rename(temporary, target);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
