import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fillFolder } from './cached';
import { type Candidate, type Context, type Found, runCommand } from './context';
import { executableAt, namedBy, onPath } from './executable';
import { firstThatWorks } from './find';
import { withProgress } from './progress';

const installMs = 10 * 60_000;
const checkMs = 60_000;

/** A program that PyPI has. */
export interface PythonTool {
  /** What a person reads of it. */
  title: string;
  /** Its folder in the cache, and the executable in that. */
  folder: string;
  name: string;
  /** Environment variable that names another one. */
  variable: string;
  /** As pip takes them. */
  requirements: readonly string[];
  /** What `python3 -m` executes. */
  module: string;
  /** What its help says, which is printed only after all of its packages were loaded. */
  helpSays: string;
}

/** Finds or installs a program in Python. Throws with what to install when no way works. */
export async function findPythonTool(tool: PythonTool, context: Context): Promise<Found> {
  const { title, folder, name, variable } = tool;
  const wrapper = join(context.cache, folder, name);
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    { how: 'cache', provide: () => executableAt(wrapper) },
    { how: 'pip', provide: () => installWithPip(context, tool, wrapper) },
  ];
  const advice =
    `No ${title} could be found or installed. Install Python >= 3.10 with pip (Debian: python3 and python3-pip) so that ` +
    `it can be fetched, or name one with ${variable}.`;
  return firstThatWorks(context, candidates, (path) => verify(context, tool, path), advice);
}

async function verify(context: Context, { title, helpSays }: PythonTool, path: string): Promise<void> {
  const result = await runCommand(context, [path, '--help'], { timeoutMs: checkMs });
  if (result.exitCode !== 0 || !result.stdout.includes(helpSays)) {
    throw new Error(`${path} --help does not answer as ${title} does: ${result.stderr.trim().slice(-300)}`);
  }
}

async function installWithPip(
  context: Context,
  { title, name, module, requirements }: PythonTool,
  wrapper: string,
): Promise<string | undefined> {
  const python = await onPath(context, 'python3');
  if (python === undefined) throw new Error('there is no python3 on PATH');
  const pip = await runCommand(context, [python, '-m', 'pip', '--version'], { timeoutMs: checkMs });
  if (pip.exitCode !== 0) throw new Error(`${python} has no pip`);
  context.tell(`installing ${title} with pip, once`);
  await fillFolder(dirname(wrapper), async (folder) => {
    await withProgress(context, `installing ${title}`, installInto(context, python, folder, requirements));
    const target = join(folder, name);
    await writeFile(target, script(module));
    await chmod(target, 0o755);
  });
  return wrapper;
}

/** Finds its own folder, so that the cache may be moved. */
const script = (module: string): string => `#!/bin/sh
export PYTHONPATH="$(dirname "$0")/packages"
exec python3 -m ${module} "$@"
`;

/** Into a folder of its own: a virtual environment cannot be moved, and some systems lock their own packages. */
export async function installInto(
  context: Context,
  python: string,
  folder: string,
  requirements: readonly string[],
): Promise<void> {
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-warn-conflicts', '--target'];
  const argv = [python, '-m', 'pip', 'install', ...options, join(folder, 'packages'), ...requirements];
  const result = await runCommand(context, argv, { cwd: folder, timeoutMs: installMs });
  if (result.timedOut) throw new Error(`not finished within ${installMs / 60_000} minutes`);
  if (result.exitCode !== 0) throw new Error(result.stderr.trim().slice(-500));
}
