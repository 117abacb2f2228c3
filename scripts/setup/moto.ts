import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fillFolder } from './cached';
import { type Candidate, type Context, createContext, type Found, runCommand } from './context';
import { executableAt, namedBy, onPath } from './executable';
import { firstThatWorks } from './find';
import { withProgress } from './progress';

/** What its S3 needs and nothing else: all that Moto can stand in for takes three times the room and time. */
const requirements = ['moto[s3]==5.2.5', 'flask', 'flask-cors'];
const variable = 'SAGALINE_TEST_MOTO';
const installMs = 10 * 60_000;
const checkMs = 60_000;

const advice =
  'No Moto, the S3 server of the tests, could be found or installed. Install Python >= 3.10 with pip (Debian: python3 ' +
  `and python3-pip) so that it can be fetched, or name a moto_server with ${variable}.`;

/** Finds its own folder, so that the cache may be moved. */
const script = `#!/bin/sh
export PYTHONPATH="$(dirname "$0")/packages"
exec python3 -m moto.server "$@"
`;

/** Finds or installs Moto's server, which speaks S3. Throws with what to install when no way works. */
export async function findMoto(context: Context = createContext()): Promise<Found> {
  const wrapper = join(context.cache, 'moto', 'moto_server');
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    { how: 'cache', provide: () => executableAt(wrapper) },
    { how: 'pip', provide: () => installWithPip(context, wrapper) },
  ];
  return firstThatWorks(context, candidates, (path) => verify(context, path), advice);
}

/** Its help is printed only after all of its packages were loaded. */
async function verify(context: Context, path: string): Promise<void> {
  const result = await runCommand(context, [path, '--help'], { timeoutMs: checkMs });
  if (result.exitCode !== 0 || !result.stdout.includes('--port')) {
    throw new Error(
      `${path} --help does not answer as Moto's server does: ${result.stderr.trim().slice(-300)}`,
    );
  }
}

async function installWithPip(context: Context, wrapper: string): Promise<string | undefined> {
  const python = await onPath(context, 'python3');
  if (python === undefined) throw new Error('there is no python3 on PATH');
  const pip = await runCommand(context, [python, '-m', 'pip', '--version'], { timeoutMs: checkMs });
  if (pip.exitCode !== 0) throw new Error(`${python} has no pip`);
  context.tell('installing Moto, the S3 server of the tests, with pip, once');
  await fillFolder(dirname(wrapper), async (folder) => {
    await withProgress(context, 'installing Moto', installInto(context, python, folder));
    const target = join(folder, 'moto_server');
    await writeFile(target, script);
    await chmod(target, 0o755);
  });
  return wrapper;
}

/** Into a folder of its own: a virtual environment cannot be moved, and some systems lock their own packages. */
async function installInto(context: Context, python: string, folder: string): Promise<void> {
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-warn-conflicts', '--target'];
  const argv = [python, '-m', 'pip', 'install', ...options, join(folder, 'packages'), ...requirements];
  const result = await runCommand(context, argv, { cwd: folder, timeoutMs: installMs });
  if (result.timedOut) throw new Error(`not finished within ${installMs / 60_000} minutes`);
  if (result.exitCode !== 0) throw new Error(result.stderr.trim().slice(-500));
}
