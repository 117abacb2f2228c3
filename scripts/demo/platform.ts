import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { stopTarget } from '../../src/adapters/targets';
import { readSettings } from '../../src/config';
import { type Platform, startPlatform } from '../../src/platform/platform';

export interface DemoPlatformOptions {
  /** State folder of the platform. */
  state: string;
  configFile: string;
  /** Of the person who runs the demo. */
  environment: NodeJS.ProcessEnv;
  /** Added for the platform: the values of its secrets. */
  secrets: Record<string, string>;
  /** Environment variables beside those of every demo. */
  settings?: Readonly<Record<string, string>>;
  /** Pools that its worker serves; all that its configuration names where nothing is said. */
  pools?: string;
}

/** Starts a platform that nobody else's settings reach; its `stop` also stops what its lanes serve. */
export async function startDemoPlatform(options: DemoPlatformOptions): Promise<Platform> {
  const { state, configFile, environment, secrets, pools } = options;
  const settings = readSettings({
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => !isSetting(name))),
    SAGALINE_TEMPORAL_CLI: environment['SAGALINE_TEMPORAL_CLI'],
    SAGALINE_STATE: state,
    SAGALINE_CONFIG: configFile,
    ...options.settings,
    ...secrets,
    ...(pools !== undefined && { SAGALINE_POOLS: pools }),
  });
  await mkdir(join(state, 'logs'), { recursive: true, mode: 0o700 });
  const log = pino(
    { name: 'platform' },
    destination({ dest: join(state, 'logs', 'platform.log'), sync: true }),
  );
  const platform = await startPlatform(settings, log);
  return {
    ...platform,
    async stop() {
      await platform.stop();
      await stopTarget(state);
    },
  };
}

/** The demo must not deliver to the Temporal server that somebody's shell happens to name. */
const isSetting = (name: string): boolean => name.startsWith('SAGALINE_') || name.startsWith('TEMPORAL_');
