import type { PlatformConfiguration } from '../src/domain/configuration';
import { defaultPool } from '../src/domain/messages';

/** A pool's name; null is the default one, which also executes workflows. */
export type Pool = string | null;

/** Pools that a worker serves: the named ones, or the default one and every pool that sagaline.yaml speaks of. */
export function poolsToServe(
  named: string[] | undefined,
  { pools, environments }: Pick<PlatformConfiguration, 'pools' | 'environments'>,
): Pool[] {
  const known = [...pools, ...environments.flatMap(({ pool }) => pool ?? [])];
  const wanted = (named ?? [defaultPool, ...known]).map((pool) => (pool === defaultPool ? null : pool));
  return [...new Set(wanted)];
}

/** Whether a worker of these pools acts on the targets of environments: one that only builds has no releases to keep. */
export function actsOnTargets(
  named: string[] | undefined,
  environments: Pick<PlatformConfiguration['environments'][number], 'pool'>[],
): boolean {
  if (named === undefined || named.includes(defaultPool)) return true;
  return environments.some(({ pool }) => pool !== undefined && named.includes(pool));
}

/** Name of a pool for people. */
export const poolName = (pool: Pool): string => pool ?? defaultPool;
