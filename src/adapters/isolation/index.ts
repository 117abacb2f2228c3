import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SagalineError } from '../../domain/errors';
import type { StepIsolation } from '../../ports';
import { run } from '../../process';
import { isWithin, NamespaceIsolation } from './namespaces';
import { noIsolation } from './none';

interface Place {
  state: string;
  path: string;
  /** Folder of this worker, in which steps have theirs. */
  workFolder: string;
}

interface Log {
  info(object: object, message: string): void;
  warn(object: object, message: string): void;
}

const trialTimeoutMs = 20_000;

/**
 * What keeps shell steps apart, by trying it once, and says so in the log. Throws InvalidConfiguration where it is required and
 * the machine cannot.
 */
export async function stepIsolation(
  mode: 'auto' | 'required' | 'off',
  place: Place,
  log: Log,
): Promise<StepIsolation> {
  if (mode === 'off') {
    log.warn({ isolation: 'off' }, 'shell steps are not isolated: SAGALINE_STEP_ISOLATION is off');
    return noIsolation;
  }
  const tried = await tryNamespaces(place).catch((error: unknown) => ({ reason: String(error) }));
  if ('isolation' in tried) {
    log.info({ isolation: 'namespaces' }, 'shell steps are isolated by namespaces');
    return tried.isolation;
  }
  if (mode === 'required') {
    throw new SagalineError(
      'InvalidConfiguration',
      `SAGALINE_STEP_ISOLATION is required, but this machine cannot isolate a shell step: ${tried.reason}`,
    );
  }
  log.warn({ isolation: 'none', reason: tried.reason }, 'shell steps are not isolated: this machine cannot');
  return noIsolation;
}

async function tryNamespaces(place: Place): Promise<{ isolation: StepIsolation } | { reason: string }> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (process.platform !== 'linux' || uid === undefined || gid === undefined)
    return { reason: 'it takes the namespaces of Linux' };
  const isolation = new NamespaceIsolation({
    state: place.state,
    temporary: await sharedFolders(await realpath(place.state)),
    path: place.path,
    account: { uid, gid },
  });
  const folder = await mkdtemp(join(place.workFolder, 'trial-'));
  try {
    const [root, temporary] = [join(folder, 'step'), join(folder, 'step', 'tmp')];
    await mkdir(temporary, { recursive: true });
    await writeFile(join(folder, 'hidden'), '');
    const script = 'test -d tmp && test ! -e ../hidden && test "$$" -lt 1000 && echo isolated';
    const { argv, cwd, env } = isolation.command({
      script,
      env: { PATH: place.path },
      cwd: root,
      root,
      temporary,
      borrowed: [],
    });
    const result = await run(argv, { cwd, env, timeoutMs: trialTimeoutMs });
    if (result.stdout === 'isolated\n') return { isolation };
    return { reason: result.stderr.trim().slice(-300) || `exit code ${String(result.exitCode)}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Temporary folders that steps, and the worker for what it packs, would share: neither one that holds the state folder, nor one
 * that is hidden with another.
 */
async function sharedFolders(state: string): Promise<string[]> {
  const folders = await Promise.all(
    ['/tmp', tmpdir()].map((folder) => realpath(folder).catch(() => undefined)),
  );
  const found = [...new Set(folders)].filter((folder) => folder !== undefined);
  return found.filter(
    (folder) =>
      !isWithin(folder, state) &&
      !isWithin(state, folder) &&
      !found.some((other) => other !== folder && isWithin(other, folder) && !isWithin(other, state)),
  );
}
