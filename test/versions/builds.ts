import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = join(__dirname, '../..');
const sources = { patched: require.resolve('./patched'), unpatched: require.resolve('./unpatched') };

/** Makes a build in `folder` that differs from the present one in its workflows alone; returns its `dist`. */
export async function laterBuild(folder: string, name: keyof typeof sources): Promise<string> {
  const dist = join(folder, name, 'dist');
  await cp(join(root, 'dist'), dist, { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, name, 'node_modules'));
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({ workflowsPath: sources[name], logger });
  await writeFile(join(dist, 'workflow-bundle.js'), code);
  return dist;
}
