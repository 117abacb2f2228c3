import { join } from 'node:path';
import { fillFolder } from './cached';
import { type Candidate, type Context, createContext, type Found, runCommand } from './context';
import { executableAt, namedBy, onPath } from './executable';
import { firstThatWorks } from './find';
import { withProgress } from './progress';

const serverModule = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0';
const variable = 'SAGALINE_TEST_TOXIPROXY';
const buildMs = 10 * 60_000;
const versionMs = 20_000;

const advice =
  'No toxiproxy could be found or made. Install it, or install Go so that it can be built, or name its server with ' +
  `${variable}.`;

/** Finds or builds the server of toxiproxy, which disturbs links for tests. Throws with what to install when no way works. */
export async function findToxiproxy(context: Context = createContext()): Promise<Found> {
  const built = join(context.cache, 'toxiproxy', 'server');
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    { how: 'PATH', provide: () => onPath(context, 'toxiproxy-server') },
    { how: 'cache', provide: () => executableAt(built) },
    { how: 'go install', provide: () => goInstall(context, built) },
  ];
  return firstThatWorks(context, candidates, (path) => verify(context, path), advice);
}

async function verify(context: Context, path: string): Promise<void> {
  const result = await runCommand(context, [path, '-version'], { timeoutMs: versionMs });
  if (result.exitCode !== 0 || !/toxiproxy/i.test(result.stdout + result.stderr))
    throw new Error(`${path} -version does not answer as toxiproxy does`);
}

async function goInstall(context: Context, built: string): Promise<string | undefined> {
  const go = await onPath(context, 'go');
  if (go === undefined) return undefined;
  await fillFolder(join(built, '..'), async (folder) => {
    const build = runCommand(context, [go, 'install', serverModule], {
      timeoutMs: buildMs,
      variables: { GOBIN: folder },
    });
    const result = await withProgress(context, 'building toxiproxy', build);
    if (result.exitCode !== 0) throw new Error(result.stderr.trim().slice(-500));
  });
  return built;
}
