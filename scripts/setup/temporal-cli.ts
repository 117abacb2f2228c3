import { join } from 'node:path';
import { fillFolder } from './cached';
import { type Candidate, type Context, createContext, type Found, runCommand } from './context';
import { download } from './download';
import { executableAt, namedBy, onPath } from './executable';
import { firstThatWorks } from './find';
import { withProgress } from './progress';

/** The newest whose module can be installed with `go install`: later ones carry replace directives. */
const cliModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const variable = 'SAGALINE_TEMPORAL_CLI';
const buildMs = 20 * 60_000;
const versionMs = 20_000;

const advice =
  'No Temporal CLI could be found or made. Install it (`brew install temporal`), or install Go >= 1.24 so that it ' +
  'can be built, or name one with SAGALINE_TEMPORAL_CLI.';

/** Finds or installs the Temporal CLI. Throws with what to install when no way works. */
export async function findTemporalCli(context: Context = createContext()): Promise<Found> {
  const built = join(context.cache, 'gobin', 'temporal');
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    { how: 'PATH', provide: () => onPath(context, 'temporal') },
    { how: 'cache', provide: () => executableAt(built) },
    { how: 'download', provide: () => download(context, 'temporal') },
    { how: 'go install', provide: () => goInstall(context, built) },
  ];
  return firstThatWorks(context, candidates, (path) => verify(context, path), advice);
}

async function verify(context: Context, path: string): Promise<void> {
  const result = await runCommand(context, [path, '--version'], { timeoutMs: versionMs });
  if (result.exitCode !== 0 || !/temporal version/i.test(result.stdout)) {
    throw new Error(`${path} --version does not answer as the Temporal CLI does`);
  }
}

async function goInstall(context: Context, built: string): Promise<string | undefined> {
  const go = await onPath(context, 'go');
  if (go === undefined) return undefined;
  context.tell('building the Temporal CLI with Go, once; this takes some four minutes');
  await fillFolder(join(built, '..'), async (folder) => {
    const build = runCommand(context, [go, 'install', cliModule], {
      timeoutMs: buildMs,
      variables: { GOBIN: folder },
    });
    const result = await withProgress(context, 'building the Temporal CLI', build);
    if (result.timedOut) throw new Error(`not finished within ${buildMs / 60_000} minutes`);
    if (result.exitCode !== 0) throw new Error(result.stderr.trim().slice(-500));
  });
  return built;
}
