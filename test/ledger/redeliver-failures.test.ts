import { LedgerDatabase } from '../../src/ledger/database';
import { silent } from './fresh-ledger';
import { ago, minute, startRedelivering, token } from './redelivering';

let world: Awaited<ReturnType<typeof startRedelivering>>;
beforeEach(async () => {
  world = await startRedelivering();
});
afterEach(() => world.close());

test('a limit of the host is kept to: nothing is asked until it is over, and nothing is counted', async () => {
  const all = [world.missed(), world.missed({ delivered_at: ago(9 * minute) })];
  world.taken();
  world.hook.behaviour.reply = ({ method }) =>
    method === 'POST' && world.hook.asks().length > 1
      ? { status: 403, headers: { 'retry-after': '1200' }, body: '{"message":"secondary rate limit"}' }
      : undefined;
  await world.round();
  expect(world.hook.asks()).toHaveLength(2);
  expect((await world.rows()).map(({ asks, asked_at }) => [asks, asked_at === null])).toEqual([
    [1, false],
    [0, true],
  ]);
  expect((await world.hookRow()).seconds).toBeGreaterThan(1_190);
  await world.round();
  expect(world.hook.asks()).toHaveLength(2);
  world.hook.behaviour.reply = () => ({ status: 429, headers: { 'retry-after': '60' } });
  await world.look();
  expect((await world.hookRow()).seconds).toBeGreaterThan(290);
  world.hook.behaviour.reply = undefined;
  await world.look();
  expect(world.hook.asks().slice(2)).toEqual([all[1]?.id]);
});

test('a host that is down is said once, asked for nothing, and looked at again', async () => {
  world.missed();
  world.taken();
  world.hook.behaviour.reply = () => ({ status: 500, body: `no luck with ${token}` });
  await world.round();
  await world.look();
  expect(world.hook.asks()).toEqual([]);
  expect(world.lines).toMatchObject([
    { level: 40, hook: world.hook.url, problem: 'github answered 500: no luck with [secret]' },
  ]);
  expect(await world.hookRow()).toMatchObject({ last_error: 'github answered 500: no luck with [secret]' });
  world.hook.behaviour.reply = undefined;
  await world.look();
  expect(world.hook.asks()).toHaveLength(1);
  expect(await world.hookRow()).toMatchObject({ last_error: null });
});

test('while the ledger gives no answer nothing is asked, and nothing is lost', async () => {
  world.missed();
  world.taken();
  const gone = new LedgerDatabase('postgres://nobody@127.0.0.1:1/none', silent);
  await expect(world.round({ database: gone })).rejects.toMatchObject({ code: 'LedgerUnavailable' });
  await gone.close();
  expect(world.hook.asked).toEqual([]);
  await world.round();
  expect(world.hook.asks()).toHaveLength(1);
});

test('a ledger that goes away between list and question keeps the question from being asked', async () => {
  world.missed();
  world.taken();
  await world.round({ settings: { ...world.configuration(), sources: [] } });
  expect(world.hook.asked).toEqual([]);
  await world.execute(
    `create function no_luck() returns trigger language plpgsql as $$ begin raise exception 'gone'; end $$`,
  );
  await world.execute(
    'create trigger gone before update on missed_deliveries for each row execute function no_luck()',
  );
  await expect(world.round()).rejects.toMatchObject({ code: 'LedgerUnavailable' });
  expect(world.hook.asks()).toEqual([]);
});

test('of several workers one looks', async () => {
  world.missed();
  world.taken();
  const others = Array.from({ length: 3 }, () => new LedgerDatabase(world.ledger.url, silent));
  await Promise.all([world.ledger.database, ...others].map((database) => world.round({ database })));
  await Promise.all(others.map((database) => database.close()));
  expect(world.hook.asks()).toHaveLength(1);
  expect(world.hook.asked.filter(({ method }) => method === 'GET')).toHaveLength(1);
});

test('a delivery that the host has not any more is given up at once', async () => {
  const { guid } = world.missed();
  world.taken();
  world.hook.behaviour.reply = ({ method }) =>
    method === 'POST' ? { status: 404, body: '{"message":"Not Found"}' } : undefined;
  await world.round();
  expect(await world.rows()).toMatchObject([
    { guid, outcome: 'github answered 404: {"message":"Not Found"}' },
  ]);
  expect(world.lines).toMatchObject([{ level: 50, guid }]);
});

test('a worker that ends says nothing of it, and leaves the rest to the next one', async () => {
  world.missed();
  world.taken();
  const stop = new AbortController();
  world.hook.behaviour.reply = () => {
    stop.abort();
    return undefined;
  };
  await world.round({ signal: stop.signal });
  expect(world.lines).toEqual([]);
  world.hook.behaviour.reply = undefined;
  await world.round();
  expect(world.hook.asks()).toHaveLength(1);
});

test('an address that is not allowed is not asked', async () => {
  world.missed();
  await world.round({ settings: world.configuration([]) });
  expect(world.hook.asked).toEqual([]);
  expect(world.lines).toMatchObject([{ level: 40, problem: expect.stringContaining('network.allow') }]);
});
