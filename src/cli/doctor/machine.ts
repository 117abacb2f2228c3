import { mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepIsolation } from '../../adapters/isolation';
import type { Settings } from '../../config';
import { SagalineError } from '../../domain/errors';
import { run } from '../../process';
import { doubtful, fine, type Finding, wrong } from './finding';

/** The oldest Node.js on which everything works, as package.json says. */
const oldestNode = [20, 19];
const gitTimeoutMs = 10_000;

/** Whether that version of Node.js, such as `v22.1.0`, is new enough. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  const isEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  if (isEnough) return fine('Node.js', version);
  return wrong('Node.js', `${version} is too old`, `Install Node.js ${oldestNode.join('.')} or later.`);
}

/** Whether git answers. */
export async function gitFinding(path: string): Promise<Finding> {
  const toDo = 'Install git, or put its folder into PATH: every step is executed in a checkout.';
  const found = await run(['git', '--version'], {
    cwd: tmpdir(),
    env: { PATH: path },
    timeoutMs: gitTimeoutMs,
  }).catch(() => undefined);
  if (found?.exitCode === 0) return fine('git', found.stdout.trim());
  return wrong('git', 'does not answer', toDo);
}

/** Whether only its owner can read the state folder. */
export async function stateFinding(state: string): Promise<Finding> {
  try {
    const { mode } = await stat(state);
    if ((mode & 0o077) === 0) return fine('state folder', `only its owner can read ${state}`);
    return wrong('state folder', `others can enter ${state}, which holds tokens`, `chmod 700 ${state}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return fine('state folder', `${state} is made when the platform starts`);
    return wrong(
      'state folder',
      `${state} cannot be read (${String(code)})`,
      'Name another with SAGALINE_STATE.',
    );
  }
}

/** Whether shell steps on this machine are kept apart from the worker and its state. */
export async function isolationFinding({ stepIsolation: mode, path }: Settings): Promise<Finding> {
  if (mode === 'off') {
    return doubtful(
      'step isolation',
      'SAGALINE_STEP_ISOLATION is off: steps read what the worker reads',
      'Set it to required where pipelines of others are executed.',
    );
  }
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'sagaline-doctor-'));
  try {
    const [state, workFolder] = [join(folder, 'state'), join(folder, 'state', 'work')];
    await mkdir(workFolder, { recursive: true });
    const silent = { info: () => undefined, warn: () => undefined };
    await stepIsolation('required', { state, path, workFolder }, silent);
    return fine('step isolation', 'this machine isolates shell steps by namespaces');
  } catch (error) {
    if (!(error instanceof SagalineError)) throw error;
    const says = error.detail.replace(/^SAGALINE_STEP_ISOLATION is required, but /, '');
    const toDo = 'Run workers on Linux with unprivileged namespaces or as root; docs/operating.md says more.';
    return (mode === 'required' ? wrong : doubtful)('step isolation', says, toDo);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
