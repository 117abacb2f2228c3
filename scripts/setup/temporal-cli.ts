import { join } from 'node:path';
import { type Candidate, type Context, createContext, type Found, runCommand } from './context';
import { download } from './download';
import { executableAt, namedBy, onPath } from './executable';
import { firstThatWorks } from './find';
import { goInstall } from './go';

/** The newest whose module can be installed with `go install`: later ones carry replace directives. */
const cliModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const variable = 'SAGALINE_TEMPORAL_CLI';
const versionMs = 20_000;

const build = {
  title: 'the Temporal CLI',
  modules: [cliModule],
  buildMs: 20 * 60_000,
  takes: 'some four minutes',
};

const advice =
  'No Temporal CLI could be found or made. Install it (`brew install temporal`), or install Go >= 1.24 so that it ' +
  'can be built, or name one with SAGALINE_TEMPORAL_CLI.';

/** Finds or installs the Temporal CLI. Throws with what to install when no way works. */
export async function findTemporalCli(context: Context = createContext()): Promise<Found> {
  const folder = join(context.cache, 'gobin');
  const built = join(folder, 'temporal');
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    { how: 'PATH', provide: () => onPath(context, 'temporal') },
    { how: 'cache', provide: () => executableAt(built) },
    { how: 'download', provide: () => download(context, 'temporal') },
    {
      how: 'go install',
      provide: async () => ((await goInstall(context, folder, build)) ? built : undefined),
    },
  ];
  return firstThatWorks(context, candidates, (path) => verify(context, path), advice);
}

async function verify(context: Context, path: string): Promise<void> {
  const result = await runCommand(context, [path, '--version'], { timeoutMs: versionMs });
  if (result.exitCode !== 0 || !/temporal version/i.test(result.stdout)) {
    throw new Error(`${path} --version does not answer as the Temporal CLI does`);
  }
}
