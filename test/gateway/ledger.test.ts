import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { SagalineEvent } from '../../src/domain/event';
import { type OpenLedger, openLedger } from '../../src/ledger/open';
import { configurationSchema } from '../../src/domain/configuration';
import { freshDatabase, silent } from '../ledger/fresh-ledger';
import { matched, pushed, routed, unmatched } from '../ledger/samples';
import { until } from '../support/until';
import { bearer, expectProblem, json, sendHook, signalled, startGateway, type TestGateway } from './gateway';
import { pushPayload } from './payloads';

let folder: string;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let ledger: OpenLedger;
let gateway: TestGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-ledger-'));
  database = await freshDatabase();
  const configuration = configurationSchema.parse({ apiVersion: 'sagaline/v1' });
  const current = () => Promise.resolve(configuration);
  ledger = await openLedger(database.url, { state: folder, environment: {} }, { current }, silent);
  gateway = await startGateway(undefined, { ledger });
});
afterAll(async () => {
  await gateway.stop();
  await ledger.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

const get = (path: string) => fetch(`${gateway.url}${path}`, { headers: bearer });
const post = (path: string, body: object) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const record = (event: SagalineEvent, ...decisions: Parameters<typeof routed>[1][]) => {
  ledger.writer.recordEvent(gateway.project, routed(event, ...decisions));
};
const listed = async (query: string): Promise<Record<string, unknown>[]> =>
  (await json(await get(`/events?${query}`))).events;

it('lists events with cursors that belong to their filters', async () => {
  const all = Array.from({ length: 5 }, () => pushed({ source: 'listed' }));
  for (const event of all) record(event, unmatched, matched);
  await until('all are there', async () => (await listed('source=listed')).length === 5);
  const first = await json(await get('/events?source=listed&limit=3'));
  expect(first.events[0]).toMatchObject({
    source: 'listed',
    status: 'routed',
    decisions: [unmatched, matched],
    links: { self: `/events/${first.events[0].id}`, runs: ['/runs/run%3A1'] },
  });
  const second = await json(await get(`/events?source=listed&limit=3&cursor=${first.cursor}`));
  expect(second.cursor).toBeNull();
  const ids = [...first.events, ...second.events].map(({ deliveryId }) => deliveryId);
  expect(ids).toEqual(all.map(({ deliveryId }) => deliveryId).reverse());
  await expectProblem(await get(`/events?source=other&cursor=${first.cursor}`), 400, 'Malformed');
});

it('refuses a filter that it does not know, because ignoring it would show too much', async () => {
  await expectProblem(await get('/events?sauce=github'), 400, 'Malformed');
  await expectProblem(await get('/audit?actr=ada'), 400, 'Malformed');
});

it('shows an event that its inbox has forgotten', async () => {
  const event = pushed({ source: 'forgotten' });
  record(event, matched);
  await until('it is there', async () => (await listed('source=forgotten')).length === 1);
  const [{ id } = { id: '' }] = await listed('source=forgotten');
  expect(await json(await get(`/events/${String(id)}`))).toMatchObject({
    data: event.data,
    decisions: [matched],
  });
});

it('lists dead letters alone', async () => {
  record(
    pushed({ subject: 'dead-letter', kind: 'custom', source: 'broken', data: { problem: 'no ref' } }),
    unmatched,
  );
  await until('it is there', async () => (await listed('source=broken')).length === 1);
  const { deadLetters } = await json(await get('/dead-letters?source=broken'));
  expect(deadLetters).toMatchObject([{ data: { problem: 'no ref' } }]);
  expect((await json(await get('/dead-letters?source=listed'))).deadLetters).toEqual([]);
});

describe('a dead letter', () => {
  /** Sends what is not understood, and returns the id of the dead letter once the ledger has it. */
  const lost = async (payload: object): Promise<string> => {
    const answer = await json(await sendHook(gateway.url, payload));
    expect(answer).toMatchObject({ status: 422 });
    const letters = (await signalled(gateway.client, answer.inbox)) as unknown as SagalineEvent[];
    const letter = letters.find(({ deliveryId }) => deliveryId === answer.deliveryId);
    if (!letter) throw new Error('the inbox has no such event');
    record(letter, unmatched);
    await until('it is there', async () =>
      (await listed(`subject=dead-letter`)).some(({ id }) => id === answer.id),
    );
    return answer.id as string;
  };
  it('is read once more by its source, and tells the same while the rules are the same', async () => {
    const id = await lost(pushPayload({ ref: 'main' }));
    const problem = await expectProblem(await post(`/dead-letters/${id}/replay`, {}), 422, 'NotUnderstood');
    expect(problem['detail']).toContain('ref');
  });
  it('becomes the event that it is, once it is understood', async () => {
    const id = await lost(pushPayload({ ref: 'refs/heads/later', after: 'not a commit' }));
    // As if a later version understood it: what the ledger holds is what is read.
    const understood = JSON.stringify(pushPayload({ ref: 'refs/heads/later' }));
    await ledger.database.use((db) =>
      sql`update events set data = jsonb_set(data, '{body}', ${JSON.stringify(understood)}::jsonb) where id = ${id}`.execute(
        db,
      ),
    );
    const answer = await post(`/dead-letters/${id}/replay`, { reason: 'upgraded' });
    expect(answer.status).toBe(202);
    const { inbox } = await json(answer);
    const [event] = await signalled(gateway.client, inbox);
    expect(event).toMatchObject({ kind: 'push', replayOf: id, source: 'github' });
  });
  it('of which only the beginning was kept is not guessed at', async () => {
    const id = await lost(pushPayload({ ref: 'main', compare: 'x'.repeat(9000) }));
    const problem = await expectProblem(await post(`/dead-letters/${id}/replay`, {}), 409, 'WrongState');
    expect(problem['detail']).toContain('send it again');
  });
  it('keeps no header that proves who sent it', async () => {
    const id = await lost(pushPayload({ ref: 'main' }));
    const { data } = await json(await get(`/events/${id}`));
    expect(data.headers).toMatchObject({ 'x-github-event': 'push' });
    expect(Object.keys(data.headers).join()).not.toMatch(/signature|auth/);
  });
});

it('routes an event again as a new one that names it', async () => {
  const accepted = await json(await sendHook(gateway.url, pushPayload()));
  const event = (await signalled(gateway.client, accepted.inbox))[0] as unknown as SagalineEvent;
  record(event, unmatched);
  await until('it is there', async () => (await listed('source=github&kind=push')).length === 1);
  const answer = await post(`/events/${accepted.id}/replay`, { reason: 'rules were wrong' });
  expect(answer.status).toBe(202);
  const again = await json(answer);
  expect(again).toMatchObject({ source: 'github', inbox: accepted.inbox });
  expect(again.id).not.toBe(accepted.id);
  const [, repeated] = await signalled(gateway.client, accepted.inbox);
  expect(repeated).toMatchObject({ data: event.data, bodyHash: '', replayOf: accepted.id });
  await expectProblem(await post('/events/evt_nothing/replay', {}), 404, 'NotFound');
});

it('writes down who did what, before it begins and how it was answered', async () => {
  const target = '/runs/run%3Anone/cancel';
  await post(target, { reason: 'too slow' });
  const entries = async () => (await json(await get(`/audit?target=${encodeURIComponent(target)}`))).audit;
  await until('both are there', async () => (await entries()).length === 2);
  expect(await entries()).toMatchObject([
    { actor: 'admin', role: 'admin', action: 'POST', target, reason: 'too slow', status: 404 },
    { actor: 'admin', role: 'admin', action: 'POST', target, reason: null, status: null },
  ]);
  expect(await json(await get('/audit/check'))).toMatchObject({ broken: null });
});

it('writes down nothing of who only reads, or is nobody', async () => {
  const before = Number((await json(await get('/audit/check'))).entries);
  await get('/runs');
  await fetch(`${gateway.url}/runs/run%3Anone/cancel`, { method: 'POST' });
  await post('/runs/run%3Alast/cancel', {});
  const last = async () => (await json(await get('/audit?limit=1'))).audit[0];
  await until('what came last is there', async () => (await last())?.target === '/runs/run%3Alast/cancel');
  await until('with its answer', async () => (await json(await get('/audit/check'))).entries === before + 2);
});

it('says what to do without a ledger, and accepts events all the same', async () => {
  const alone = await startGateway();
  const answer = await fetch(`${alone.url}/events`, { headers: bearer });
  expect(answer.headers.get('retry-after')).not.toBeNull();
  await expectProblem(answer, 503, 'LedgerUnavailable');
  expect((await sendHook(alone.url, pushPayload())).status).toBe(202);
  await alone.stop();
});
