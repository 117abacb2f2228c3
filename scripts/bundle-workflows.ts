import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** From dist/scripts to dist. */
const dist = join(__dirname, '..');

/**
 * Modules that keep nothing of a workflow, loaded once for all of a worker's workflows: each would otherwise load its own,
 * which takes longer than most of what a run does. What they export is frozen.
 */
const stateless = [join(dist, 'src/domain/expression.js'), join(dist, 'src/domain/identity.js')];

/** Bundles the compiled workflows into dist, once for all workers and tests: one bundle encrypts errors, the other does not. */
async function main(): Promise<void> {
  await bundle('workflow-bundle.js');
  const failureConverterPath = join(dist, 'src/codec/failure-converter.js');
  await bundle('workflow-bundle-encrypting.js', { failureConverterPath });
}

async function bundle(name: string, converter: { failureConverterPath?: string } = {}): Promise<void> {
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(dist, 'workflows/index.js'),
    preloadModules: stateless,
    logger,
    ...converter,
  });
  const target = join(dist, name);
  const temporary = `${target}.${process.pid}`;
  await writeFile(temporary, code);
  // A worker that starts meanwhile reads the old bundle or the new one, never half of one.
  await rename(temporary, target);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
