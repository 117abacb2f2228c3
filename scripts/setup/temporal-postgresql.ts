import { join } from 'node:path';
import type { Context, Found } from './context';
import { executableAt } from './executable';
import { goInstall } from './go';

/** The newest that Go 1.26 builds. */
const version = 'v1.32.0';
const build = {
  title: 'Temporal server',
  modules: ['cmd/server', 'cmd/tools/sql'].map((path) => `go.temporal.io/server/${path}@${version}`),
  buildMs: 30 * 60_000,
  takes: 'some five minutes',
};

/** Temporal's server for production, and the tool that makes its tables; `path` is the folder of both. */
export interface TemporalForPostgresql extends Found {
  server: string;
  schemaTool: string;
}

/** Finds both in the cache or builds them with Go, once. Throws with what to install where there is no Go. */
export async function findTemporalForPostgresql(context: Context): Promise<TemporalForPostgresql> {
  const folder = join(context.cache, `temporal-server-${version}`);
  const [server, schemaTool] = [join(folder, 'server'), join(folder, 'sql')];
  const isThere = (await executableAt(server)) !== undefined || (await goInstall(context, folder, build));
  if (!isThere) throw new Error('install Go >= 1.26, so that Temporal server can be built');
  return { path: folder, how: `Go, ${version}`, server, schemaTool };
}
