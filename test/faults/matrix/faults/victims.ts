import type { Stage } from '../stage';

/** Kills the process of the release that is stable or the candidate now. */
export async function killRelease({ world }: Stage, role: 'stable' | 'candidate'): Promise<undefined> {
  const instance = (await world.traffic())[role]?.instance;
  const record = (await world.instances()).find((one) => one.instance === instance);
  const pid = record?.replicas[0]?.pid;
  if (pid === undefined) throw new Error(`there is no ${role} to kill`);
  process.kill(pid, 'SIGKILL');
  return undefined;
}
