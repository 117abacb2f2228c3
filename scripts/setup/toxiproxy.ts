import { join } from 'node:path';
import { type Candidate, type Context, createContext, type Found, runCommand } from './context';
import { executableAt, namedBy, onPath } from './executable';
import { firstThatWorks } from './find';
import { goInstall } from './go';

const build = {
  title: 'toxiproxy',
  modules: ['github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0'],
  buildMs: 10 * 60_000,
};
const variable = 'SAGALINE_TEST_TOXIPROXY';
const versionMs = 20_000;

const advice =
  'No toxiproxy could be found or made. Install it, or install Go so that it can be built, or name its server with ' +
  `${variable}.`;

/** Finds or builds the server of toxiproxy, which disturbs links for tests. Throws with what to install when no way works. */
export async function findToxiproxy(context: Context = createContext()): Promise<Found> {
  const folder = join(context.cache, 'toxiproxy');
  const built = join(folder, 'server');
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    { how: 'PATH', provide: () => onPath(context, 'toxiproxy-server') },
    { how: 'cache', provide: () => executableAt(built) },
    {
      how: 'go install',
      provide: async () => ((await goInstall(context, folder, build)) ? built : undefined),
    },
  ];
  return firstThatWorks(context, candidates, (path) => verify(context, path), advice);
}

async function verify(context: Context, path: string): Promise<void> {
  const result = await runCommand(context, [path, '-version'], { timeoutMs: versionMs });
  if (result.exitCode !== 0 || !/toxiproxy/i.test(result.stdout + result.stderr))
    throw new Error(`${path} -version does not answer as toxiproxy does`);
}
