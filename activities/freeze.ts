import { frozen } from '../src/domain/freeze';
import type { Freeze } from '../src/domain/freeze-schema';
import type { Configuration } from '../src/ports';

export interface FreezeQuestion {
  /** ISO 8601. */
  now: string;
  /** Windows of the pipeline itself. */
  freeze: Freeze[];
  /** Names of the environments that the run changes: sagaline.yaml may freeze them too. */
  environments: string[];
}

export interface FreezeAnswer {
  /** ISO 8601: when to ask again. */
  until: string;
  reason: string;
  /** Teams that may release nevertheless. */
  override: string[];
}

/** Says whether nothing may be released now; null when it may. */
export function createCheckFreeze({ configuration }: { configuration: Configuration }) {
  return async function checkFreeze({
    now,
    freeze,
    environments,
  }: FreezeQuestion): Promise<FreezeAnswer | null> {
    const known = (await configuration.current()).environments;
    const theirs = known.filter(({ name }) => environments.includes(name)).flatMap((one) => one.freeze);
    const found = frozen([...freeze, ...theirs], Date.parse(now));
    if (found === null) return null;
    const { untilMs, reason, override } = found;
    return { until: new Date(untilMs).toISOString(), reason, override };
  };
}
