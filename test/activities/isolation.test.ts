import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesOf } from '../../scripts/demo/leftovers';
import { until } from '../support/until';
import { createIsolationWorld, type IsolationWorld } from './isolation-world';

let world: IsolationWorld;
let outside: string;
beforeAll(async () => {
  world = await createIsolationWorld();
  outside = await mkdtemp(join(tmpdir(), 'sagaline-outside-'));
});
afterAll(async () => {
  await world.remove();
  await rm(outside, { recursive: true, force: true });
});

/** Resolves when the file exists in the folder outside. */
const appears = (name: string) =>
  until(`${name} appears`, async () => (await readdir(outside)).includes(name));

/** A process that stands for the worker: what a signal does to it is what it would do to that. */
async function withVictim(work: (pid: number, exited: () => boolean) => Promise<void>): Promise<void> {
  const idle = "process.stderr.write('up'); setInterval(() => undefined, 1000);";
  const victim = spawn(process.execPath, ['-e', idle], {
    env: { PLATFORM_SECRET: 'worker-environment' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  victim.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  await once(victim.stderr, 'data');
  try {
    if (victim.pid === undefined) throw new Error('the victim has not started');
    await work(victim.pid, () => victim.exitCode !== null || victim.signalCode !== null);
    expect(said.join('')).toBe('up');
  } finally {
    victim.kill('SIGKILL');
  }
}

describe('a step that leaves its place', () => {
  test('reads no workspace of another step', async () => {
    const { output } = await world.run(`cat '${world.other}' || ls ../.. ../../.. '${world.state}/work'`);
    expect(output).not.toContain('the-file-of-another-step');
    expect(output).not.toContain('another');
  });

  test('reads nothing of the state folder, and writes nothing there', async () => {
    const { output } = await world.run(
      `cat '${world.token}' || ls -A '${world.state}'; touch '${world.state}/left' || echo refused`,
    );
    expect(output.split('\n')).toEqual(['mirrors', 'work', 'refused']);
    expect(await readdir(world.state)).not.toContain('left');
  });

  test('finds no way up from its folder, an open descriptor or the root of another process', async () => {
    const { output } = await world.run(
      `for way in . "$OLDPWD" /proc/*/cwd /proc/*/root /proc/*/fd/*; do
        (cd "$way" 2>/dev/null && cat '${world.token}' ../../../../token ../../../token ".$PWD/../token") 2>/dev/null || true
        cat "$way${world.token}" 2>/dev/null || true
      done; echo looked`,
    );
    expect(output).toBe('looked');
  });

  test('reads the environment of no process but its own', async () => {
    await withVictim(async (pid) => {
      const { output } = await world.run(
        `cat /proc/${String(pid)}/environ || echo refused; grep -la PLATFORM_SECRET /proc/[0-9]*/environ || echo none`,
      );
      expect(output).toBe('refused\nnone');
    });
  });

  test.each(['KILL', 'TERM', 'STOP'])('sends the worker no SIG%s', async (signal) => {
    await withVictim(async (pid, exited) => {
      const { output } = await world.run(`kill -${signal} ${String(pid)} || echo refused`);
      expect(output).toBe('refused');
      expect(exited()).toBe(false);
      expect(await readFile(`/proc/${String(pid)}/stat`, 'utf8')).not.toMatch(/\) [TZ] /);
    });
  });

  test('opens no debugger of the worker by SIGUSR1', async () => {
    await withVictim(async (pid, exited) => {
      const { output } = await world.run(`kill -USR1 ${String(pid)} || echo refused`);
      expect(output).toBe('refused');
      expect(exited()).toBe(false);
    });
  });

  test('leaves no daemon', async () => {
    const daemon = `while [ -d '${outside}' ] && [ ! -e '${outside}/go' ]; do sleep 0.02; done; touch '${outside}/late'`;
    const script = `setsid nohup sh -c "touch '${outside}/up'; ${daemon}" >/dev/null 2>&1 & while [ ! -e '${outside}/up' ]; do sleep 0.02; done`;
    await world.run(script);
    expect(await readdir(outside)).toContain('up');
    // The kernel has ended it before the step's own end could be told.
    expect(await processesOf(outside)).toEqual([]);
    await writeFile(join(outside, 'go'), '');
    expect(await readdir(outside)).not.toContain('late');
  });

  test.each(['', 'unshare --user --map-root-user --mount '])(
    'takes no cover off: %sumount',
    async (rights) => {
      const { output } = await world.run(
        `${rights}sh -c 'umount "$0" || umount -l "$0" || mount -o remount,bind,rw "$0" || echo refused; cat "$0/token"' '${world.state}' || true`,
      );
      expect(output).toBe('refused');
    },
  );

  test('writes nothing into the objects that its checkout borrows', async () => {
    const { output } = await world.run(
      'git log --format=%s; objects=$(cat .git/objects/info/alternates); touch "$objects/evil" || echo refused',
    );
    expect(output).toBe('change\nrefused');
  });

  test('gains nothing by variables that act on the commands around it', async () => {
    const evil = `#!/bin/sh\ncat '${world.token}' > '${outside}/stolen'\n`;
    for (const name of ['unshare', 'mount', 'setpriv', 'mkdir', 'sh'])
      await writeFile(join(outside, name), evil, { mode: 0o755 });
    // The dynamic linker notes every program that it obeys these variables in.
    const linker = { LD_DEBUG: 'libs', LD_DEBUG_OUTPUT: join(outside, 'linker') };
    await world.run('true', {
      env: { ...linker, PATH: `${outside}:/usr/bin:/bin`, ENV: join(outside, 'sh') },
    });
    const notes = (await readdir(outside)).filter((name) => name.startsWith('linker'));
    const programs = (await Promise.all(notes.map((name) => readFile(join(outside, name), 'utf8')))).flatMap(
      (text) => [...text.matchAll(/initialize program: (\S+)/g)].map(([, program]) => program),
    );
    expect(programs).toEqual(['/bin/sh']);
    expect(await readdir(outside)).not.toContain('stolen');
  });
});

describe('an isolated step works as any other', () => {
  test('in its checkout, with its home, its temporary folder and its values as they are', async () => {
    const value = 'it\'s "$(id)" \\ `id`\n\ttwo lines';
    const { output } = await world.run(
      'cat greeting.txt; echo; touch "$HOME/a" "$TMPDIR/b"; printf %s "$VALUE"; env | grep -c "^_[0-9]" >&2 || true',
      { env: { VALUE: value } },
    );
    expect(output).toBe(`hello\n${value}`);
    expect(await world.workspaces()).toEqual([]);
  });

  test.each([
    ['exit 3', 'exit code 3'],
    ['echo why >&2; false; echo went on', 'exit code 1: why'],
    ['kill -KILL $$', 'exit code 137: Killed'],
  ])('%s is %s', async (script, detail) => {
    await expect(world.run(script)).rejects.toMatchObject({ code: 'StepFailed', detail });
  });

  test('with exit codes that are final', async () => {
    await expect(world.run('exit 9', { finalExitCodes: [9] })).rejects.toMatchObject({
      code: 'FinalFailure',
    });
  });

  test('with time to end when it is asked to', async () => {
    const trap = `trap 'echo tidied > "${outside}/tidied"; exit 0' TERM; touch '${outside}/trapped'`;
    const environment = world.quiet();
    const running = world.run(`${trap}; while :; do sleep 0.05; done`, {}, environment);
    running.catch(() => undefined);
    await appears('trapped');
    environment.cancel('CANCELLED');
    await expect(running).rejects.toThrow();
    expect(await readFile(join(outside, 'tidied'), 'utf8')).toBe('tidied\n');
  });

  test('and ends with everything in it after its time', async () => {
    const script = `(trap "" TERM; exec setsid sh -c 'while [ -d "${outside}" ]; do sleep 0.05; done') & sleep 600`;
    await expect(world.run(script, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'StepTimedOut' });
    expect(await processesOf(outside)).toEqual([]);
  });
});
