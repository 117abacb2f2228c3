import type { Played } from '../cell';
import { migrationsOf } from '../marks';

/** I2: a migration that may not be repeated was not, its undo took effect once, and the release that stays was started once. */
export async function effectsHappenOnce({ stage, cell, commit }: Played): Promise<string[]> {
  const { world, folder } = stage;
  const done = await migrationsOf(folder, commit);
  const found: string[] = [];
  if (!['', 'up', 'up,down'].includes(done.join()))
    found.push(`I2: the migration was done and undone as ${done.join()}`);
  const instance = (await world.traffic()).stable?.instance;
  if (instance === undefined) return [...found, 'I2: there is no stable release'];
  const starts = await world.starts(instance);
  if (starts !== 1 && cell.fault.restarts !== true)
    found.push(`I2: ${instance} was started ${String(starts)} times`);
  return found;
}
