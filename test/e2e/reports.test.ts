import { createServer, type RequestListener } from 'node:http';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { listen } from '../adapters/http/server';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';

jest.setTimeout(300_000);

const token = 'ghp-of-the-bot-5f0c2a9d71';
const statusSchema = z.object({
  state: z.string(),
  context: z.string(),
  description: z.string(),
  target_url: z.string(),
});
type Seen = z.infer<typeof statusSchema> & { commit: string };

/** The API of GitHub, as far as statuses go; it can fail like the real one. */
const seen: Seen[] = [];
const refused: string[] = [];
let isBroken = false;
const answer: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [, commit = ''] = /^\/repos\/acme\/shop\/statuses\/(\w+)$/.exec(request.url ?? '') ?? [];
    const isBot = request.headers.authorization === `Bearer ${token}`;
    if (isBroken || commit === '' || request.method !== 'POST' || !isBot) {
      refused.push(request.url ?? '');
      // An answer that says more than it should must not get any further.
      response.writeHead(isBot ? 500 : 401).end(`no luck with ${String(request.headers.authorization)}`);
      return;
    }
    seen.push({ ...statusSchema.parse(JSON.parse(Buffer.concat(chunks).toString())), commit });
    response.writeHead(201).end('{}');
  });
};
const host = createServer(answer);
let port: number;
let world: World;
beforeAll(async () => {
  port = await listen(host);
  world = await startWorld({ BOT_TOKEN: token, SAGALINE_PUBLIC_URL: 'https://sagaline.example/' });
  const file = join(world.folder, 'sagaline.yaml');
  const configuration = parse(await readFile(file, 'utf8'));
  configuration.repositories[0].report = {
    kind: 'github',
    url: `http://127.0.0.1:${String(port)}`,
    credential: 'bot',
  };
  configuration.credentials = [
    { name: 'bot', host: `127.0.0.1:${String(port)}`, secret: '${env:BOT_TOKEN}' },
  ];
  configuration.network = { allow: ['127.0.0.0/8'] };
  await writeFile(file, stringify(configuration));
});
afterAll(async () => {
  const left = await world.stop();
  host.closeAllConnections();
  host.close();
  expect(left).toEqual([]);
});

const statesOf = (commit: string) =>
  seen.filter((one) => one.commit === commit && one.context === 'sagaline/deliver').map(({ state }) => state);
const succeeded = (commit: string) => world.untilRun(commit, ({ status }) => status === 'succeeded');
const untilSaid = (commit: string, state: string) =>
  until(`${state} is said of ${commit}`, () =>
    seen.find((one) => one.commit === commit && one.state === state),
  );

test('a push is pending, then a success, with a link to its run', async () => {
  const commit = await world.push({ version: 'v1' });
  const pending = await untilSaid(commit, 'pending');
  expect(pending).toMatchObject({ context: 'sagaline/deliver', description: 'runs' });
  await world.load();
  const run = await succeeded(commit);
  const success = await untilSaid(commit, 'success');
  expect(success).toMatchObject({ context: 'sagaline/deliver', description: 'succeeded' });
  expect(success.target_url).toBe(`https://sagaline.example/runs/${encodeURIComponent(run.id)}`);
  expect((await world.call(new URL(success.target_url).pathname)).status).toBe(200);
  expect(statesOf(commit).at(-1)).toBe('success');
});

test('a pipeline file that is not valid is an error with its place', async () => {
  const files = { '.sagaline/broken.yaml': 'apiVersion: sagaline/v1\nname: broken\nstepz: []\n' };
  const commit = await world.push({ version: 'v2', files });
  const error = await untilSaid(commit, 'error');
  expect(error).toMatchObject({
    context: 'sagaline/broken.yaml',
    description: expect.stringMatching(/^\.sagaline\/broken\.yaml:1:1: on: is missing/),
  });
  const event = await world.call(new URL(error.target_url).pathname);
  expect(event.status).toBe(200);
  await succeeded(commit);
});

test('a host that fails or is gone hears it later, from a later worker too, and no run waits for it', async () => {
  isBroken = true;
  const commit = await world.push({ version: 'v3' });
  await until('it was refused', () => refused.length > 1);
  host.closeAllConnections();
  await new Promise((resolve) => host.close(resolve));
  await succeeded(commit);
  expect(statesOf(commit)).toEqual([]);
  await world.restarted('worker', await world.kill('worker'));
  isBroken = false;
  await new Promise<void>((resolve) => host.listen(port, '127.0.0.1', resolve));
  await untilSaid(commit, 'success');
  // The worker that was killed may have seen the run before it was over.
  expect(['success', 'pending success']).toContain(statesOf(commit).join(' '));
});

test('the token is in no file that the platform has written', async () => {
  await world.stopPlatform();
  const found: string[] = [];
  const names = await readdir(world.state, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files) if ((await readFile(file)).includes(token)) found.push(file);
  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
