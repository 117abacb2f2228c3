import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { until } from '../../../support/until';
import type { Played } from '../cell';
import { untilQuiet } from '../processes';

/** I4: processes, workspaces, instances and temporary files are what they were. */
export async function nothingIsLeft({ stage }: Played): Promise<string[]> {
  const { world, folder } = stage;
  let left: string[] = [];
  await until('no workspace, instance or temporary file is left', async () => {
    const instances = (await world.instances()).map(({ instance }) => instance);
    left = [
      ...(await glob('state/work/*/*', { cwd: folder, onlyDirectories: true, dot: true })),
      ...(await readdir(join(folder, 'tmp'))),
      ...(instances.length === 1 ? [] : instances),
    ];
    return left.length === 0;
  }).catch(() => undefined);
  return [...(await untilQuiet(stage)), ...left].map((what) => `I4: ${what}`);
}
