import { mkdtemp, readdir, readFile, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { createShell, type ShellInput, type ShellPorts, type ShellResult } from '../../activities/shell';
import { FileBlobStore } from '../../src/adapters/blobs/files';
import { noIsolation } from '../../src/adapters/isolation/none';
import { FileStepLogs } from '../../src/adapters/logs/files';
import { EnvironmentSecrets } from '../../src/adapters/secrets/environment';
import { parseConfiguration } from '../../src/domain/configuration-file';
import { processStartedAt } from '../../src/process';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { inContact } from '../support/contact';
import { shellInput } from './shell-input';

const yaml = `
apiVersion: sagaline/v1
repositories: [{ name: acme/shop, url: /unused }]
environments:
  - name: production
    target: { kind: embedded }
    metrics: { kind: router }
    allow: { repositories: [acme/shop], refs: [refs/heads/main], pipelines: [deliver] }
    secrets: [DB_URL]
`;

let fixture: GitFixture;
let folder: string;
let commit: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-shell-'));
  fixture = await createGitFixture();
  commit = await fixture.commit({ 'greeting.txt': 'hello', 'package-lock.json': '{}' });
});
afterAll(async () => {
  await fixture.remove();
  await rm(folder, { recursive: true, force: true });
});

const dbUrl = 'postgres://user:pa55word@db/shop';

function ports() {
  return {
    configuration: { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)) },
    repositories: fixture.repositories,
    blobs: new FileBlobStore(join(folder, 'blobs')),
    secrets: new EnvironmentSecrets({ DB_URL: dbUrl, OTHER: 'x' }),
    logs: new FileStepLogs(join(folder, 'logs')),
    isolation: noIsolation,
    workFolder: join(folder, 'work'),
    path: process.env['PATH'] ?? '',
    contact: inContact,
  };
}

const input = (script: string, change?: Partial<ShellInput>) => shellInput(commit, script, change);

const quiet = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

const shell = (given: ShellInput, environment = quiet(), change: Partial<ShellPorts> = {}) =>
  environment.run<[ShellInput], ShellResult, (input: ShellInput) => Promise<ShellResult>>(
    createShell({ ...ports(), ...change }),
    given,
  );

async function logOf(given: ShellInput): Promise<string> {
  const files = await readdir(join(folder, 'logs'), { recursive: true });
  const texts = await Promise.all(
    files.filter((file) => file.endsWith('.log')).map((file) => readFile(join(folder, 'logs', file), 'utf8')),
  );
  return texts.find((text) => text.includes(given.env['MARK'] ?? given.run)) ?? '';
}

test('a script runs in a checkout of the commit, with an environment of its own', async () => {
  const { output } = await shell(input('cat greeting.txt; echo; env | cut -d= -f1 | sort | tr "\\n" " "'));
  expect(output).toMatch(/^hello\n/);
  expect(output).toContain('SAGALINE_KEY');
  expect(output).not.toContain('NODE_');
  expect(await readdir(join(folder, 'work'))).toEqual([]);
});

test('what it collects reaches the next step, and equal content has an equal digest', async () => {
  const script = 'mkdir -p dist/sub && echo built > dist/sub/app.js';
  const first = await shell(input(script, { collect: ['dist/**'] }));
  const second = await shell(input(script, { collect: ['dist/**'] }));
  expect(first.artifact).toBe(second.artifact);
  const next = await shell(input('cat dist/sub/app.js', { artifacts: [first.artifact ?? ''] }));
  expect(next.output).toBe('built');
});

test('a pattern that matches nothing, and a script that fails, are errors that say why', async () => {
  await expect(shell(input('true', { collect: ['dist/**'] }))).rejects.toMatchObject({ code: 'StepFailed' });
  const failing = shell(input('echo looking; echo no such table >&2; exit 3'));
  await expect(failing).rejects.toMatchObject({ code: 'StepFailed', detail: 'exit code 3: no such table' });
  await expect(shell(input('false; echo went on'))).rejects.toMatchObject({ code: 'StepFailed' });
});

test.each(['$(touch pwned); `id`', 'EOF\nid', '`id`', "'; id; '", '"; id #', '-n', '%s%n', '$((1/0))'])(
  'values enter as data, not as code: %s',
  async (value) => {
    const script = 'printf %s "$NAME"; cat <<EOF >&2\n$NAME\nEOF\ntest ! -e pwned';
    expect((await shell(input(script, { env: { NAME: value } }))).output).toBe(value);
  },
);

test('a step that takes too long is stopped with everything it started', async () => {
  const given = input('sleep 600 & echo $! > "$OLDPWD/pid" 2>/dev/null; echo $$; sleep 600', {
    timeoutMs: 300,
  });
  await expect(shell(given)).rejects.toMatchObject({ code: 'StepTimedOut' });
});

test('a daemon that a step leaves in its group does not outlive it', async () => {
  const { output } = await shell(input('sleep 600 & echo $!'));
  expect(await processStartedAt(Number(output))).toBeUndefined();
});

test('a step that was cancelled before it began does not begin', async () => {
  const environment = quiet();
  environment.cancel('CANCELLED');
  await expect(shell(input('true'), environment)).rejects.toThrow();
});

test('cancelling stops the script', async () => {
  const environment = quiet();
  const given = input('echo $$ > "$PROOF"; sleep 600', { env: { PROOF: join(folder, 'pid') } });
  const started = (async () => {
    for await (const { filename } of watch(folder)) if (filename === 'pid') return;
  })();
  const running = shell(given, environment);
  await started;
  environment.cancel('CANCELLED');
  await expect(running).rejects.toThrow();
  expect(await readdir(join(folder, 'work'))).toEqual([]);
});

test('a secret is given to allowed changes only and appears in no log and no output', async () => {
  const secret = { environment: 'production', secrets: ['DB_URL'] };
  const given = input(
    'echo mark-secret; echo "$DB_URL"; printf %s "$DB_URL" | base64 -w0; printf "post"; sleep 0.1; printf "gres://user:pa55word@db/shop\\n"',
    {
      ...secret,
      env: { MARK: 'mark-secret' },
    },
  );
  const { output } = await shell(given);
  expect(output).not.toContain('pa55word');
  expect(output.match(/\[secret\]/g)).toHaveLength(3);
  expect(await logOf(given)).not.toContain('pa55word');
  const fork = { ...given.change, ref: 'refs/heads/evil' };
  await expect(shell(input('echo "$DB_URL"', { ...secret, change: fork }))).rejects.toMatchObject({
    code: 'NotAllowed',
  });
  const unlisted = input('true', { environment: 'production', secrets: ['OTHER'] });
  await expect(shell(unlisted)).rejects.toMatchObject({ code: 'NotAllowed' });
});

test('a log that cannot be stored fails no step, and is said with its step', async () => {
  const said: LogEntry[] = [];
  const environment = new MockActivityEnvironment(
    {},
    { logger: new DefaultLogger('WARN', (entry) => said.push(entry)) },
  );
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const logs = Object.assign(new FileStepLogs(join(folder, 'logs')), {
    append: () => Promise.resolve(new Writable({ write: (_chunk, _encoding, done) => done(full) })),
  });
  const given = input('seq 20000; echo done', { step: 'full' });
  const { output } = await shell(given, environment, { logs });
  expect(output).toMatch(/\ndone$/);
  expect(said).toEqual([
    expect.objectContaining({
      level: 'WARN',
      message: 'the log of a step is not complete',
      meta: expect.objectContaining({ run: given.run, step: 'full', reason: full.message }),
    }),
  ]);
});

describe('a cache', () => {
  const cache = { key: `npm-\0["package-lock.json"]\0`, paths: ['.npm'] };
  const branch = { ...input('').change };
  const pull = (number: number) => ({ ...branch, kind: 'pull_request', ref: null, pull: number });
  /** What the step found, and then leaves: its own name. */
  const found = async (name: string, change: ShellInput['change'], more: Partial<ShellInput> = {}) => {
    const script = `cat .npm/state 2>/dev/null || echo cold; mkdir -p .npm; echo ${name} > .npm/state`;
    return (await shell(input(script, { cache, change, ...more }))).output;
  };
  const keyed = (key: string) => ({ cache: { ...cache, key } });

  test('is filled once and found again by its key', async () => {
    expect(await found('one', branch, keyed('once'))).toBe('cold');
    expect(await found('two', branch, keyed('once'))).toBe('one');
    expect(await found('three', branch, keyed('once'))).toBe('one');
  });
  test('that a pull request fills is found by that pull request alone', async () => {
    expect(await found('poison', pull(7))).toBe('cold');
    expect(await found('more', pull(7))).toBe('poison');
    expect(await found('other', pull(8))).toBe('cold');
    expect(await found('main', branch)).toBe('cold');
    expect(await found('main', branch)).toBe('main');
    expect(await found('evil', pull(7))).toBe('main');
    expect(await found('main', branch)).toBe('main');
  });
  test('is not filled by a commit that is on no known branch or tag', async () => {
    for (const ref of [null, 'refs/pull/7/head']) {
      expect(await found('stray', { ...branch, kind: 'manual', ref }, keyed('stray'))).toBe('cold');
      expect(await found('stray', { ...branch, kind: 'manual', ref }, keyed('stray'))).toBe('cold');
    }
  });
  test('of a step with secrets is found by steps with secrets of branches alone', async () => {
    const secret = { ...keyed('secret'), environment: 'production', secrets: ['DB_URL'] };
    expect(await found('private', branch, secret)).toBe('cold');
    expect(await found('more', branch, secret)).toBe('private');
    expect(await found('public', pull(7), keyed('secret'))).toBe('cold');
    expect(await found('public', { ...branch, ref: null }, keyed('secret'))).toBe('cold');
  });
  test('of one space is not reached by a key that names another', async () => {
    expect(await found('poison', pull(7), keyed('plain'))).toBe('cold');
    expect(await found('main', branch, keyed('of-pull-7:acme/shop:plain'))).toBe('cold');
  });
});
