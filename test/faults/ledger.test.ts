import { createHmac, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import type { ServiceName } from '../support/platform-process';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';

jest.setTimeout(300_000);

const subjects = 8;
const eventsPerSubject = 25;
const kills: ServiceName[] = ['gateway', 'worker', 'ledger', 'gateway', 'worker'];

const page = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      subject: z.string(),
      receivedAt: z.string(),
      decisions: z.array(z.object({ reason: z.string() })),
    }),
  ),
  cursor: z.string().nullable(),
});

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  expect(await world.stop()).toEqual([]);
});

/** Sends one push until it is accepted, as a sender does, and returns the id of the event. */
async function send(ref: string): Promise<string> {
  const body = JSON.stringify({
    ref,
    before: '0'.repeat(40),
    after: randomUUID().replaceAll('-', '').padEnd(40, '0'),
    repository: { full_name: 'acme/unregistered' },
  });
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', world.secret).update(body).digest('hex')}`,
  };
  const accepted = await until('the event is accepted', async () => {
    const answer = await fetch(`${world.gateway()}/hooks/github`, { method: 'POST', headers, body }).catch(
      () => undefined,
    );
    return answer?.status === 202 && z.object({ id: z.string() }).parse(await answer.json());
  });
  return accepted.id;
}

/** Resolves when the gateway that was killed last answers again. */
const answering = () =>
  until('the gateway answers', () =>
    world.call('/readyz').then(
      ({ ok }) => ok,
      () => false,
    ),
  );

/** Everything that the ledger has of the events above. */
async function ledger(): Promise<z.infer<typeof page>['events']> {
  const found: z.infer<typeof page>['events'] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await world.call(`/events?repository=acme/unregistered&limit=100${more}`);
    if (!answer.ok) return [];
    const read: z.infer<typeof page> = page.parse(await answer.json());
    found.push(...read.events);
    ({ cursor } = read);
  }
  return found;
}

test('every accepted event is in the ledger with one set of decisions, whatever was killed meanwhile', async () => {
  const sending = Array.from({ length: subjects }, async (_, at) => {
    const ids: string[] = [];
    for (let count = 0; count < eventsPerSubject; count += 1)
      ids.push(await send(`refs/heads/branch-${String(at)}`));
    return ids;
  });
  for (const service of kills) {
    await delay(randomInt(300, 1500));
    await world.restarted(service, await world.kill(service));
  }
  const accepted = (await Promise.all(sending)).flat();
  await answering();
  expect(new Set(accepted).size).toBe(subjects * eventsPerSubject);
  const rows = await until('all are in the ledger', async () => {
    const found = await ledger();
    return found.length >= accepted.length && found;
  });
  expect(rows.map(({ id }) => id).sort()).toEqual([...accepted].sort());
  expect(rows.filter(({ decisions }) => decisions.length !== 1)).toEqual([]);
});

test('a ledger that was emptied is rebuilt from the histories', async () => {
  const before = await ledger();
  const port = (await readFile(join(world.state, 'ledger/data/postmaster.pid'), 'utf8')).split('\n')[3];
  const password = await readFile(join(world.state, 'ledger/password'), 'utf8');
  const database = new Client(`postgres://sagaline:${password}@127.0.0.1:${String(port)}/postgres`);
  await database.connect();
  await database.query('truncate events, decisions, runs, steps, compensations');
  await database.end();
  expect(await ledger()).toEqual([]);
  const answer = await world.call('/ledger/rebuild', { method: 'POST' });
  const lines = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines.at(-1)).toEqual({ done: true });
  expect(lines.at(-2)).toMatchObject({ events: before.length });
  expect(await ledger()).toEqual(before);
});

test('while its database is gone, runs go on, and what happened is in it afterwards', async () => {
  world.freeze();
  await world.kill('ledger');
  await until('the ledger does not answer', async () => (await world.call('/events')).status === 503);
  const commit = await world.push({ version: 'v1' });
  await world.load();
  expect(await world.untilRun(commit, ({ status }) => status === 'succeeded')).toBeDefined();
  world.thaw();
  const found = await until('the push is in the ledger', async () => {
    const answer = await world.call('/events?repository=acme/shop&matched=true');
    return answer.ok && page.parse(await answer.json()).events[0];
  });
  expect(found.subject).toContain('acme/shop');
});
