import { once } from 'node:events';
import { processStartedAt, run, spawnGroup } from '../src/process';

const options = { cwd: '/', env: { PATH: process.env['PATH'] ?? '', ONLY: 'this' } };

describe('run', () => {
  it('passes arguments as they are, and no environment but the given one', async () => {
    const result = await run(
      ['sh', '-c', 'printf "%s\\n" "$@"; env | grep -v -e ^PWD -e ^_= | cut -d= -f1', 'sh', '$(id); *'],
      options,
    );
    expect(result).toMatchObject({ exitCode: 0, signal: null, stderr: '', timedOut: false });
    expect(
      result.stdout
        .trim()
        .split('\n')
        .filter((name) => !['SHLVL', 'OLDPWD'].includes(name))
        .sort(),
    ).toEqual(['$(id); *', 'ONLY', 'PATH']);
  });

  it('tells a failure from an error, and hands over input', async () => {
    expect(await run(['sh', '-c', 'cat; echo bad >&2; exit 3'], { ...options, input: 'in' })).toMatchObject({
      exitCode: 3,
      stdout: 'in',
      stderr: 'bad\n',
    });
    await expect(run(['/no/such/command'], options)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('kills the whole group after its time', async () => {
    const result = await run(['sh', '-c', 'sleep 60 & echo $!; wait'], { ...options, timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
    expect(await processStartedAt(Number(result.stdout))).toBeUndefined();
  });

  it('kills what prints too much', async () => {
    const result = await run(['sh', '-c', 'yes'], { ...options, maxOutputBytes: 100_000 });
    expect(result).toMatchObject({ signal: 'SIGKILL' });
    expect(result.stdout.length).toBeLessThanOrEqual(100_000);
  });

  it('ends when its caller does', async () => {
    const caller = new AbortController();
    const running = run(['sleep', '60'], { ...options, signal: caller.signal });
    caller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(run(['true'], { ...options, signal: caller.signal })).rejects.toThrow('enough');
  });
});

describe('a process group', () => {
  it('stops politely, then for certain, with everything in it', async () => {
    const polite = spawnGroup(
      ['sh', '-c', 'trap "exit 7" TERM; echo up; while :; do sleep 0.05; done'],
      options,
    );
    if (polite.child.stdout) await once(polite.child.stdout, 'data');
    await polite.stop(20_000);
    expect(await polite.exited).toEqual({ code: 7, signal: null });

    const stubborn = spawnGroup(['sh', '-c', 'trap "" TERM; echo up; while :; do sleep 0.05; done'], options);
    if (stubborn.child.stdout) await once(stubborn.child.stdout, 'data');
    await stubborn.stop(100);
    expect(await stubborn.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await processStartedAt(stubborn.pid)).toBeUndefined();
  });

  it('can be given more pipes', async () => {
    const group = spawnGroup(['sh', '-c', 'echo hello >&3'], {
      ...options,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [chunk] = (await once(
      group.child.stdio[3] as NodeJS.ReadableStream & NodeJS.EventEmitter,
      'data',
    )) as [Buffer];
    expect(chunk.toString()).toBe('hello\n');
    await group.exited;
  });
});

describe('the identity of a process', () => {
  it('stays the same while it lives, and ends with it', async () => {
    const first = spawnGroup(['sleep', '60'], options);
    const started = await processStartedAt(first.pid);
    expect(started).toBeDefined();
    expect(await processStartedAt(first.pid)).toBe(started);
    await first.stop(1000);
    expect(await processStartedAt(first.pid)).toBeUndefined();
  });
});
