import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isClosed } from '../../support/api';
import type { LiveLoad } from '../../support/live-load';
import type { ServiceName } from '../../support/platform-process';
import { startWorld, type World } from '../../support/world';
import { unheard } from './deliveries';
import { makeOther, otherName } from './other';
import { pipelineOf, planted, type Scripts } from './pipeline';
import { processCounts } from './processes';

/** A commit, and what its release says of itself. */
export interface Delivered {
  commit: string;
  version: string;
}

/** A version of the service: its scripts, and how it behaves. */
export interface Wanted extends Scripts {
  failShare?: number;
  files?: Record<string, string>;
}

/** A platform with live traffic on which one fault after another is played. */
export interface Stage {
  world: World;
  /** Folder of the world; holds `marks`, `hold` and the file `migrations`. */
  folder: string;
  /** What Temporal and the ledger run on. */
  backend: string;
  /** Folders in which the platform and its servers keep things. */
  kept: string[];
  /** Kills a part of the platform, or a server that it uses. */
  kill: (service: ServiceName) => Promise<void>;
  load: LiveLoad;
  /** Value of the secret that scripts print. */
  plant: string;
  /** The release that answers users when nothing is wrong. */
  good: Delivered;
  /** Processes by what they are, as they were when nothing had happened. */
  quiet: Map<string, number>;
  /** Commits and pushes a new version; resolves when its event is accepted. */
  push: (wanted?: Wanted) => Promise<Delivered>;
  /** Commits and pushes a new version of whose push nobody hears, and gives the body of its webhook. */
  pushUnheard: (wanted?: Wanted) => Promise<Delivered & { body: string }>;
  /** Stops everything and says what is left. */
  stop: () => Promise<string[]>;
}

export const embedded = 'embedded';

/** Starts the platform, registers two repositories and releases a first version; `stop` the world whatever happens. */
export async function startStage(
  backend = embedded,
  more: Record<string, string> = {},
  prepare: (folder: string) => void = () => undefined,
): Promise<Stage> {
  // Its length is a multiple of three, so that its base64 is found whatever is encoded after it.
  const plant = randomBytes(24).toString('hex');
  const world = await startWorld({ ...more, [planted]: plant }, (usual, folder) => {
    prepare(folder);
    return {
      ...usual,
      repositories: [...usual.repositories, { name: otherName, url: join(folder, 'other') }],
      environments: usual.environments.map((one) => ({ ...one, secrets: [planted] })),
    };
  });
  try {
    const { folder } = world;
    await Promise.all(['marks', 'hold'].map((name) => mkdir(join(folder, name))));
    await makeOther(folder);
    let count = 0;
    const push: Stage['push'] = async ({ failShare, files, ...scripts } = {}) => {
      count += 1;
      const version = `v${String(count)}`;
      const pipeline = stringify(pipelineOf(folder, scripts));
      const commit = await world.push({
        version,
        ...(failShare !== undefined && { failShare }),
        files: { ...files, '.sagaline/deliver.yaml': pipeline },
      });
      return { commit, version };
    };
    const pushUnheard = (wanted?: Wanted) =>
      unheard(
        folder,
        () => push(wanted),
        () => `v${String(count)}`,
      );
    const good = await push();
    const load = await world.load();
    await world.untilRun(good.commit, isClosed);
    await world.untilLane(({ holder, live }) => holder === null && live?.commit === good.commit);
    const quiet = await processCounts(folder);
    return {
      ...{ world, folder, backend, load, plant, good, push, pushUnheard, quiet },
      kept: [join(folder, 'state'), join(folder, 'tmp')],
      async kill(service) {
        await world.kill(service);
      },
      stop: () => world.stop(),
    };
  } catch (error) {
    await world.stop();
    throw error;
  }
}
