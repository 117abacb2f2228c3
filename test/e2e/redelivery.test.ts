import { createHmac, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type GithubHook, startGithubHook } from '../support/github-hook';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';

jest.setTimeout(300_000);

const token = 'ghp-of-the-bot-5f0c2a9d71';
const eventsSchema = z.object({
  events: z.array(
    z.object({
      deliveryId: z.string(),
      decisions: z.array(
        z.object({ pipeline: z.string().nullable(), matched: z.boolean(), runId: z.string().nullable() }),
      ),
    }),
  ),
});

let world: World;
let hook: GithubHook;
let effects: string;
const bodies = new Map<string, string>();
beforeAll(async () => {
  world = await startWorld({ BOT_TOKEN: token });
  hook = await startGithubHook({ token, deliver });
  effects = join(world.folder, 'effects');
  const label = {
    ...{ apiVersion: 'sagaline/v1', name: 'label' },
    on: [{ event: 'custom', when: 'event.data.event == "issues"' }],
    steps: [{ id: 'label', uses: 'shell', with: { run: `echo labelled >> '${effects}'` } }],
  };
  await world.push({ version: 'v1', files: { '.sagaline/deliver.yaml': stringify(label) } });
});
afterAll(async () => {
  const left = await world.stop();
  await hook.close();
  expect(left).toEqual([]);
});

/** What GitHub does with a delivery, for the first time and each time that it is asked for. */
async function deliver(guid: string): Promise<number | undefined> {
  const body = bodies.get(guid) ?? '';
  const headers = {
    ...{ 'content-type': 'application/json', 'x-github-event': 'issues', 'x-github-delivery': guid },
    'x-hub-signature-256': `sha256=${createHmac('sha256', world.secret).update(body).digest('hex')}`,
  };
  const answer = await fetch(`${world.gateway()}/hooks/github`, { method: 'POST', headers, body }).catch(
    () => undefined,
  );
  return answer?.status;
}

/** Something happens at GitHub, minutes ago by its clock: the delivery and what became of it are listed. */
async function happens(): Promise<{ guid: string; answer: number | undefined }> {
  const guid = randomUUID();
  const repository = { full_name: 'acme/shop', html_url: 'https://github.example/acme/shop' };
  bodies.set(guid, JSON.stringify({ action: 'opened', issue: { number: bodies.size + 1 }, repository }));
  const answer = await deliver(guid);
  hook.add({
    ...{ guid, event: 'issues', action: 'opened', status_code: answer ?? 502 },
    delivered_at: new Date(Date.now() - 5 * 60_000).toISOString(),
  });
  return { guid, answer };
}

const eventsOf = async (guids: readonly string[]) => {
  const answer = await world.call('/events?source=github&kind=custom&limit=100');
  if (!answer.ok) return [];
  const { events } = eventsSchema.parse(await answer.json());
  return events.filter(({ deliveryId }) => guids.includes(deliveryId));
};
const effectsSoFar = async () =>
  (await readFile(effects, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '').length;

test('what was delivered while the platform was down is asked for, arrives, and takes effect once', async () => {
  const before = await happens();
  expect(before.answer).toBe(202);
  await until('the first takes effect', async () => (await effectsSoFar()) === 1);

  await world.stopPlatform();
  const missed: string[] = [];
  for (let at = 0; at < 6; at += 1) {
    const { guid, answer } = await happens();
    expect(answer).toBeUndefined();
    missed.push(guid);
  }
  const file = join(world.folder, 'sagaline.yaml');
  const configuration = parse(await readFile(file, 'utf8'));
  configuration.credentials = [
    { name: 'bot', host: `127.0.0.1:${String(hook.port)}`, secret: '${env:BOT_TOKEN}' },
  ];
  configuration.sources = [
    {
      ...{ name: 'github', secrets: ['${env:SAGALINE_SECRET_GITHUB}'] },
      redeliver: { hooks: [{ url: hook.url, credential: 'bot' }], every: '10s' },
    },
  ];
  configuration.network = { allow: ['127.0.0.0/8'] };
  await writeFile(file, stringify(configuration));
  await world.startPlatform();

  const arrived = await until('all have arrived', async () => {
    const events = await eventsOf(missed);
    return events.length >= missed.length && events;
  });
  expect(arrived.map(({ deliveryId }) => deliveryId).sort()).toEqual([...missed].sort());
  const runs = arrived.flatMap(({ decisions }) =>
    decisions.filter(({ matched }) => matched).map(({ runId }) => runId),
  );
  expect(new Set(runs).size).toBe(missed.length);

  // A person presses the button of GitHub as well.
  const [first = ''] = missed;
  expect(await deliver(first)).toBe(202);
  for (const run of runs)
    await until('its run succeeds', async () => (await world.run(run ?? '')).status === 'succeeded');
  expect(await effectsSoFar()).toBe(1 + missed.length);
  const asked = hook.asks();
  expect(new Set(asked).size).toBe(missed.length);
  expect(asked).toHaveLength(missed.length);
  expect(asked).not.toContain(hook.deliveries.find(({ guid }) => guid === before.guid)?.id);
});

test('the token is in no file that the platform has written', async () => {
  await world.stopPlatform();
  const names = await readdir(world.state, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const found: string[] = [];
  for (const file of files) if ((await readFile(file)).includes(token)) found.push(file);
  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
