import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesOf } from '../../../scripts/demo/leftovers';
import { stepIsolation } from '../../../src/adapters/isolation';
import { NamespaceIsolation } from '../../../src/adapters/isolation/namespaces';
import { noIsolation } from '../../../src/adapters/isolation/none';
import { endingWithUs } from '../../../src/guard';
import { type Account, run } from '../../../src/process';
import { until } from '../../support/until';

const path = process.env['PATH'] ?? '';
const own: Account = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
const nobody: Account = { uid: 65_534, gid: 65_534 };
/** Root may also become another account; any other account tests itself. */
const accounts = own.uid === 0 ? [own, nobody] : [own];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join('/var/tmp', "sagaline isolation's #\\"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A step of an account, in a state folder whose name a shell and fstab(5) would read otherwise. */
async function stepOf(account: Account) {
  const state = join(folder, 'state');
  const shared = join(folder, 'shared');
  const root = join(state, 'work', 'step');
  const step = { root, temporary: join(root, 'tmp'), cwd: join(root, 'source'), home: join(root, 'home') };
  const borrowed = join(state, 'objects');
  for (const made of [
    state,
    shared,
    join(state, 'work'),
    root,
    step.temporary,
    step.cwd,
    step.home,
    borrowed,
  ]) {
    await mkdir(made, { recursive: true });
    await chown(made, account.uid, account.gid);
  }
  await chown(folder, account.uid, account.gid);
  await writeFile(join(state, 'token'), 'the-token');
  await writeFile(join(borrowed, 'object'), 'borrowed');
  await writeFile(join(shared, 'left'), 'of-another');
  const isolation = new NamespaceIsolation({ state, temporary: [shared], path, account });
  return {
    state,
    shared,
    borrowed,
    argv: (script: string, env: Record<string, string> = {}) =>
      isolation.command({ ...step, script, env: { PATH: path, ...env }, borrowed: [borrowed] }),
  };
}

describe.each(accounts)('a step of account $uid', (account) => {
  const runAs = async (script: (step: Awaited<ReturnType<typeof stepOf>>) => string) => {
    const step = await stepOf(account);
    const { argv, cwd, env } = step.argv(script(step));
    return run(argv, { cwd, env, account });
  };

  it('sees its own folder and what it borrows, and nothing else of the state folder', async () => {
    const result = await runAs(
      ({ state, borrowed }) =>
        `pwd; ls -A "${state}"; ls -A ..; cat "${borrowed}/object"; echo; echo x > a; id -u; cat "${state}/token"`,
    );
    const lines = result.stdout.trim().split('\n');
    expect(lines.slice(1)).toEqual([
      'objects',
      'work',
      'home',
      'mounts',
      'source',
      'tmp',
      'borrowed',
      String(account.uid),
    ]);
    expect(result.exitCode).toBe(1);
  });

  it('has a temporary folder of its own in the place of the shared one', async () => {
    const result = await runAs(
      ({ shared }) => `ls -A "${shared}"; echo mine > "${shared}/new"; cat ../tmp/new`,
    );
    expect(result.stdout).toBe('mine\n');
    expect(await readdir(join(folder, 'shared'))).toEqual(['left']);
  });

  it.each(['', 'unshare --user --map-root-user --mount '])(
    'cannot take the cover off: %sumount',
    async (rights) => {
      const result = await runAs(
        ({ state }) => `${rights}sh -c 'umount "$0" || umount -l "$0"; cat "$0/token"' "${state}"`,
      );
      expect(result.exitCode).not.toBe(0);
      expect(result.stdout).toBe('');
    },
  );

  it('writes nothing into what it borrows', async () => {
    const result = await runAs(({ borrowed }) => `echo x > "${borrowed}/evil" || echo refused`);
    expect(result.stdout).toBe('refused\n');
  });

  it('has no right that reaches mounts, disks or the kernel', async () => {
    const result = await runAs(
      () => 'mknod disk b 254 0 || echo refused; mount -t tmpfs x . || echo refused',
    );
    expect(result.stdout).toBe('refused\nrefused\n');
  });

  it('ends with its worker, also when it has stopped what watches over it', async () => {
    const step = await stepOf(account);
    const script = `setsid sh -c 'touch up; while [ -d "$FOLDER" ]; do sleep 0.05; done' & while [ ! -e up ]; do sleep 0.05; done; trap "" TERM; kill -TERM 0; kill -STOP 0`;
    const { argv, cwd, env } = step.argv(script, { FOLDER: folder });
    const [command, ...args] = endingWithUs(argv, 'KILL');
    const code = `require('node:child_process').spawn(${JSON.stringify(command)}, ${JSON.stringify(args)},
      { cwd: ${JSON.stringify(cwd)}, env: ${JSON.stringify(env)}, uid: ${account.uid}, gid: ${account.gid}, detached: true,
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'] }); setInterval(() => undefined, 1000);`;
    const worker = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    const up = join(step.state, 'work', 'step', 'source');
    const ofStep = async () => (await processesOf(folder)).filter(({ pid }) => pid !== worker.pid);
    try {
      await until('the daemon runs', async () => (await readdir(up)).includes('up'));
      expect(await ofStep()).not.toEqual([]);
    } finally {
      worker.kill('SIGKILL');
    }
    await until('everything of the step has ended', async () => (await ofStep()).length === 0);
  });
});

describe('the setting', () => {
  const said: { level: string; message: string; fields: object }[] = [];
  const log = {
    info: (fields: object, message: string) => said.push({ level: 'info', message, fields }),
    warn: (fields: object, message: string) => said.push({ level: 'warn', message, fields }),
  };
  beforeEach(() => (said.length = 0));
  const choose = (mode: 'auto' | 'required' | 'off', commands = path) =>
    stepIsolation(mode, { state: folder, path: commands, workFolder: folder }, log);

  it('auto isolates where the machine can, and says so', async () => {
    expect(await choose('auto')).toBeInstanceOf(NamespaceIsolation);
    expect(said).toMatchObject([{ level: 'info', fields: { isolation: 'namespaces' } }]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('auto goes on without where it cannot, and says why', async () => {
    expect(await choose('auto', '/nowhere')).toBe(noIsolation);
    expect(said).toMatchObject([{ level: 'warn', fields: { reason: expect.stringContaining('setpriv') } }]);
  });

  it('required starts nothing where it cannot', async () => {
    await expect(choose('required', '/nowhere')).rejects.toMatchObject({
      code: 'InvalidConfiguration',
      detail: expect.stringContaining('SAGALINE_STEP_ISOLATION is required'),
    });
  });

  it('off isolates nothing, and says so', async () => {
    expect(await choose('off')).toBe(noIsolation);
    expect(said).toMatchObject([{ level: 'warn', fields: { isolation: 'off' } }]);
  });

  it('leaves a temporary folder that holds the state folder where it is', async () => {
    const state = await mkdtemp(join(tmpdir(), 'sagaline-state-'));
    try {
      const [root, temporary] = [join(state, 'step'), join(state, 'step', 'tmp')];
      await mkdir(temporary, { recursive: true });
      const isolation = await stepIsolation('required', { state, path, workFolder: state }, log);
      const { argv, cwd, env } = isolation.command({
        ...{ root, temporary, cwd: root, borrowed: [] },
        ...{ script: 'ls', env: { PATH: path } },
      });
      expect((await run(argv, { cwd, env })).stdout).toBe('mounts\ntmp\n');
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  });
});
