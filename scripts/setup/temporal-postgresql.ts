import { join } from 'node:path';
import { fillFolder } from './cached';
import { type Context, runCommand } from './context';
import { executableAt, onPath } from './executable';
import { withProgress } from './progress';

/** The newest that Go 1.26 builds. */
const version = 'v1.32.0';
const buildMs = 30 * 60_000;

/** Temporal's server for production, and the tool that makes its tables. */
export interface TemporalForPostgresql {
  server: string;
  schemaTool: string;
}

/** Finds both in the cache or builds them with Go, once. Throws with what to install where there is no Go. */
export async function findTemporalForPostgresql(context: Context): Promise<TemporalForPostgresql> {
  const folder = join(context.cache, `temporal-server-${version}`);
  const [server, schemaTool] = [join(folder, 'server'), join(folder, 'sql')];
  if ((await executableAt(server)) !== undefined) return { server, schemaTool };
  const go = await onPath(context, 'go');
  if (go === undefined) throw new Error('install Go >= 1.26, so that Temporal server can be built');
  context.tell('building Temporal server with Go, once; this takes some five minutes');
  await fillFolder(folder, async (temporary) => {
    const modules = ['cmd/server', 'cmd/tools/sql'].map((path) => `go.temporal.io/server/${path}@${version}`);
    const building = runCommand(context, [go, 'install', ...modules], {
      timeoutMs: buildMs,
      variables: { GOBIN: temporary },
    });
    const result = await withProgress(context, 'building Temporal server', building);
    if (result.timedOut) throw new Error(`not finished within ${buildMs / 60_000} minutes`);
    if (result.exitCode !== 0) throw new Error(result.stderr.trim().slice(-500));
  });
  return { server, schemaTool };
}
