import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = join(__dirname, '../..');

/** Makes a build in `folder` that differs from the present one in its workflows alone; returns its `dist`. */
export async function laterBuild(folder: string, name: 'patched' | 'unpatched'): Promise<string> {
  const dist = join(folder, name, 'dist');
  await cp(join(root, 'dist'), dist, { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, name, 'node_modules'));
  const workflowsPath = join(__dirname, `${name}.ts`);
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  await writeFile(join(dist, 'workflow-bundle.js'), code);
  return dist;
}
