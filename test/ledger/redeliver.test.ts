import { deadLetterSubject } from '../../src/domain/subject';
import { ago, minute, startRedelivering } from './redelivering';

let world: Awaited<ReturnType<typeof startRedelivering>>;
beforeEach(async () => {
  world = await startRedelivering();
});
afterEach(() => world.close());

test('what was missed is asked for once, arrives, and is asked for no more', async () => {
  const { id, guid } = world.missed();
  world.taken();
  await world.round();
  expect(world.hook.asks()).toEqual([id]);
  expect(await world.rows()).toMatchObject([{ guid, asks: 1, asked_at: expect.any(Date), ended_at: null }]);
  await world.round();
  await world.look();
  await world.look(1_000);
  expect(world.hook.asks()).toEqual([id]);
  expect(await world.rows()).toMatchObject([
    { guid, asks: 1, outcome: 'arrived', ended_at: expect.any(Date) },
  ]);
  expect(world.lines.map(({ level, msg, deliveries }) => [level, msg, deliveries])).toEqual([
    [30, 'missed deliveries are asked for', 1],
    [30, 'missed deliveries arrived', 1],
  ]);
});

test('what the ledger has, dead letters too, what was taken and what is under way is left alone', async () => {
  await world.accepted(world.missed({ status_code: 504 }).guid);
  await world.accepted(world.missed({ status_code: 422 }).guid, { subject: deadLetterSubject });
  world.taken();
  const again = world.missed();
  world.taken({ guid: again.guid, redelivery: true });
  const young = world.missed({ delivered_at: ago(20_000) });
  world.missed({ delivered_at: ago(4 * 24 * 60 * minute) });
  await world.round();
  expect(world.hook.asks()).toEqual([]);
  expect(await world.rows()).toMatchObject([{ guid: young.guid, asks: 0 }]);
});

test('what the ledger learns of later than of the failure is not asked for', async () => {
  const { guid } = world.missed({ status_code: 504, delivered_at: ago(20_000) });
  world.taken();
  await world.round();
  expect(await world.rows()).toMatchObject([{ guid, ended_at: null }]);
  await world.accepted(guid);
  await world.look(10);
  expect(world.hook.asks()).toEqual([]);
  expect(await world.rows()).toMatchObject([{ guid, asks: 0, outcome: 'arrived' }]);
});

test('a refusal is asked for three times, with longer pauses, and then given up', async () => {
  world.receiver.answer = () => Promise.resolve(401);
  const { guid } = world.missed({ status_code: 401, delivered_at: ago(60 * minute) });
  await world.round();
  for (const [minutes, asks] of [
    [4, 1],
    [1, 2],
    [14, 2],
    [1, 3],
    [44, 3],
  ] as const) {
    await world.look(minutes);
    expect(world.hook.asks()).toHaveLength(asks);
  }
  expect(world.lines.filter(({ level }) => level > 30)).toEqual([]);
  await world.look(1);
  await world.look(1_000);
  expect(world.hook.asks()).toHaveLength(3);
  expect(world.lines.filter(({ level }) => level > 30)).toMatchObject([
    { level: 50, msg: 'a missed delivery is given up', guid, event: 'push', asks: 3 },
  ]);
  expect(await world.rows()).toMatchObject([
    { guid, asks: 3, outcome: 'it was asked for 3 times, the last answer was 401' },
  ]);
});

test('while nobody answers one delivery at a time is asked for, and all others when somebody does', async () => {
  let isUp = false;
  const receive = world.receiver.answer;
  world.receiver.answer = (guid) => (isUp ? receive(guid) : Promise.resolve(undefined));
  const guids = Array.from(
    { length: 60 },
    (_, at) => world.missed({ delivered_at: ago((100 - at) * minute) }).guid,
  );
  await world.round();
  expect(world.hook.asks()).toHaveLength(1);
  expect((await world.hookRow()).seconds).toBeLessThanOrEqual(60);
  await world.look();
  expect(world.hook.asks()).toHaveLength(2);
  isUp = true;
  // One, the other 57, and what was asked for in vain.
  await world.look();
  await world.look(1);
  await world.look(1);
  await world.look(5);
  await world.look(1);
  expect(world.hook.asks()).toHaveLength(62);
  const ended = await world.rows();
  expect(ended.map(({ guid }) => guid).sort()).toEqual([...guids].sort());
  expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(['arrived']));
});

test('pages are read to where the last look ended, and a look that is too long goes on in the next', async () => {
  const old = world.missed({ delivered_at: ago(70 * minute * 24) });
  for (let at = 0; at < 1_050; at += 1) world.taken({ delivered_at: ago((1_100 - at) * minute) });
  const pages = () => world.hook.asked.filter(({ method }) => method === 'GET').length;
  await world.round();
  expect([pages(), world.hook.asks()]).toEqual([10, []]);
  expect((await world.hookRow()).seconds).toBeLessThanOrEqual(60);
  // What came meanwhile is read after what is still to be read.
  const late = world.missed({ delivered_at: ago(2 * minute) });
  await world.look();
  expect([pages(), world.hook.asks()]).toEqual([11, [old.id]]);
  await world.look();
  expect([pages(), world.hook.asks()]).toEqual([12, [old.id, late.id]]);
  await world.look();
  expect(pages()).toBe(13);
  expect(await world.hookRow()).toMatchObject({
    cursor: null,
    reading_from: null,
    read_until: expect.any(Date),
  });
});

test('a place in the list that the host has forgotten is looked for from the beginning', async () => {
  for (let at = 0; at < 1_050; at += 1) world.taken({ delivered_at: ago((1_100 - at) * minute) });
  await world.round();
  world.hook.deliveries.splice(900, 150);
  await world.look();
  expect(world.lines).toMatchObject([{ level: 40, msg: 'the deliveries of a hook cannot be compared now' }]);
  await world.look();
  expect(await world.hookRow()).toMatchObject({
    cursor: null,
    last_error: null,
    read_until: expect.any(Date),
  });
});
