import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Context, createContext, findTemporalCli } from '../../../scripts/setup';
import { failedToday, fillFolder, rememberFailure } from '../../../scripts/setup/cached';

let folder: string;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-setup-'));
  told = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** An environment in which nothing of this machine is found. */
function contextWith(environment: Record<string, string>): Context {
  const tell = (line: string) => told.push(line);
  return createContext(
    { SAGALINE_CACHE: join(folder, 'cache'), PATH: join(folder, 'bin'), ...environment },
    tell,
  );
}

async function command(path: string, output: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "${output}"\n`);
  await chmod(file, 0o755);
  return file;
}

/** Without this, a look at the downloads would reach out of the machine. */
async function withoutDownload(context: Context): Promise<Context> {
  await rememberFailure(context, 'temporal');
  return context;
}

const version = 'temporal version 1.5.1';

test('a named command comes before the one on PATH, and that before the cache', async () => {
  const named = await command('mine', version);
  const onPath = await command('bin/temporal', version);
  const cached = await command('cache/gobin/temporal', version);
  const how = async (environment: Record<string, string>) => findTemporalCli(contextWith(environment));

  expect(await how({ SAGALINE_TEMPORAL_CLI: named })).toEqual({ path: named, how: 'SAGALINE_TEMPORAL_CLI' });
  expect(await how({})).toEqual({ path: onPath, how: 'PATH' });
  expect(await how({ PATH: '' })).toEqual({ path: cached, how: 'cache' });
});

test('one that does not work is told of and the next is taken', async () => {
  await command('bin/temporal', 'something else');
  const cached = await command('cache/gobin/temporal', version);
  expect(await findTemporalCli(contextWith({}))).toEqual({ path: cached, how: 'cache' });
  expect(told).toEqual([expect.stringMatching(/^PATH: .*bin\/temporal/)]);
});

test.each([
  ['does not exist', 'missing'],
  ['is something else', 'other'],
])('a named command that %s is an error, whatever else there is', async (_, name) => {
  await command('bin/temporal', version);
  await command('other', 'something else');
  const found = findTemporalCli(contextWith({ SAGALINE_TEMPORAL_CLI: join(folder, name) }));
  await expect(found).rejects.toThrow(/^SAGALINE_TEMPORAL_CLI: .*/);
});

test('when nothing works the error says what to install', async () => {
  const context = await withoutDownload(contextWith({}));
  await expect(findTemporalCli(context)).rejects.toThrow(/brew install temporal.*Go.*SAGALINE_TEMPORAL_CLI/);
});

test('Go builds into the cache, and nothing half-built stays there', async () => {
  const go = 'printf "#!/bin/sh\necho temporal version 1" >$GOBIN/temporal; chmod +x $GOBIN/temporal';
  const file = await command('bin/go', '');
  const environment = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` };
  await writeFile(file, `#!/bin/sh\n${go}\n`);
  const built = await findTemporalCli(await withoutDownload(contextWith(environment)));
  expect(built).toEqual({ path: join(folder, 'cache/gobin/temporal'), how: 'go install' });

  await rm(join(folder, 'cache/gobin'), { recursive: true });
  await writeFile(file, '#!/bin/sh\ntouch $GOBIN/temporal; echo no module >&2; exit 1\n');
  await expect(findTemporalCli(contextWith(environment))).rejects.toThrow(/go install: no module/);
  expect(await readdir(join(folder, 'cache'))).toEqual(['failed']);
});

test('a failed fill leaves what was there before', async () => {
  const target = join(folder, 'target');
  await fillFolder(target, (temporary) => writeFile(join(temporary, 'old'), ''));
  const broken = fillFolder(target, async (temporary) => {
    await writeFile(join(temporary, 'new'), '');
    throw new Error('interrupted');
  });
  await expect(broken).rejects.toThrow('interrupted');
  expect(await readdir(target)).toEqual(['old']);
  expect(await readdir(folder)).toEqual(['target']);
});

test('a failed download is remembered for a day', async () => {
  const context = contextWith({});
  expect(await failedToday(context, 'temporal')).toBe(false);
  await rememberFailure(context, 'temporal');
  expect(await failedToday(context, 'temporal')).toBe(true);
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(join(context.cache, 'failed/temporal'), yesterday, yesterday);
  expect(await failedToday(context, 'temporal')).toBe(false);
});
