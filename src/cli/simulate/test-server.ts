import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings } from '../../config';
import { CommandEnd, exitCodes, type Terminal } from '../terminal';

const variable = 'SAGALINE_TEMPORAL_TEST_SERVER';

/** Where `npm run bootstrap setup` leaves a server, below the project's cache. */
const kept = ['download/test-server/test-server', 'test-server/temporal-test-server'];

/** Path of Temporal's time-skipping test server: the one that is named, or the project's own. Throws CommandEnd when there is none. */
export function findTestServer(terminal: Terminal): string {
  const { environment } = readSettings(terminal.environment);
  const named = environment[variable];
  if (named !== undefined) {
    const path = resolve(terminal.folder, named);
    if (isExecutable(path)) return path;
    throw new CommandEnd(exitCodes.usage, `${variable}: ${named} is not an executable file.`);
  }
  const caches = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const cache = resolve(environment['SAGALINE_CACHE'] ?? join(caches, 'sagaline'));
  const found = kept.map((path) => join(cache, path)).find(isExecutable);
  if (found !== undefined) return found;
  throw new CommandEnd(
    exitCodes.usage,
    `There is no time-skipping Temporal test server in ${cache}. Run \`node scripts/bootstrap.mjs setup\` in a checkout of ` +
      `Sagaline, which fetches it, or name one with ${variable}.`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
