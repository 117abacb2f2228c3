import type { LedgerEntry } from '../../src/ledger/entries';
import { type EventFilter, findEvent, listEvents } from '../../src/ledger/events';
import { writeEntries } from '../../src/ledger/write';
import { freshLedger } from './fresh-ledger';
import { matched, pushed, routed, unmatched } from './samples';

let ledger: Awaited<ReturnType<typeof freshLedger>>;
beforeEach(async () => {
  ledger = await freshLedger();
});
afterEach(() => ledger.close());

const entry = (record: ReturnType<typeof routed>, project = 'default'): LedgerEntry => ({
  type: 'event',
  project,
  record,
});
const write = (...entries: LedgerEntry[]) => ledger.database.use((db) => writeEntries(db, entries));
const list = (filter: EventFilter = {}, limit = 10) =>
  ledger.database.use((db) => listEvents(db, 'default', filter, limit));

test('an event is read as it was written, with its decisions in their order', async () => {
  const record = routed(pushed({ depth: 2, replayOf: 'evt_x' }), unmatched, matched, unmatched);
  await write(entry(record));
  const [found] = await list();
  expect(found).toEqual({ id: expect.stringMatching(/^evt_/), ...record });
  const again = await ledger.database.use((db) => findEvent(db, 'default', found?.id ?? ''));
  expect(again).toEqual(found);
});

test('an event that is written again has one set of decisions, the later one', async () => {
  const event = pushed();
  await write(entry(routed(event, unmatched)), entry(routed(event, matched, unmatched)));
  await Promise.all(Array.from({ length: 10 }, () => write(entry(routed(event, matched, unmatched)))));
  expect(await list()).toMatchObject([{ decisions: [matched, unmatched] }]);
});

test('pages follow one another without a gap and without a repetition, also at equal times', async () => {
  const receivedAt = '2026-01-01T00:00:00.000Z';
  const all = Array.from({ length: 25 }, () => pushed({ receivedAt }));
  await write(...all.map((event) => entry(routed(event))));
  const seen: string[] = [];
  let after: { receivedAt: string; id: string } | undefined;
  do {
    const page = await ledger.database.use((db) => listEvents(db, 'default', {}, 4, after));
    seen.push(...page.map(({ event }) => event.key));
    const last = page.at(-1);
    after = last && { receivedAt: last.event.receivedAt, id: last.id };
  } while (after);
  expect(seen.sort()).toEqual(all.map(({ key }) => key).sort());
});

test('each filter narrows the list', async () => {
  const push = pushed();
  const image = pushed({
    source: 'registry',
    kind: 'image',
    subject: 'acme/shop',
    data: { repository: 'acme/shop', tag: 'v1.2', digest: 'sha256:beef' },
  });
  const lost = pushed({ subject: 'dead-letter', kind: 'custom', data: { problem: 'ref: is missing' } });
  await write(entry(routed(push, matched)), entry(routed(image, unmatched)), entry(routed(lost, unmatched)));
  await write(entry(routed(pushed()), 'another-project'));
  const keys = async (filter: EventFilter) => (await list(filter)).map(({ event }) => event.key);
  expect(await keys({})).toEqual([lost.key, image.key, push.key]);
  expect(await keys({ source: 'registry' })).toEqual([image.key]);
  expect(await keys({ kind: 'push' })).toEqual([push.key]);
  expect(await keys({ subject: 'acme/shop' })).toEqual([image.key]);
  expect(await keys({ repository: 'acme/shop' })).toEqual([image.key, push.key]);
  expect(await keys({ status: 'dead-letter' })).toEqual([lost.key]);
  expect(await keys({ matched: true })).toEqual([push.key]);
  expect(await keys({ matched: false })).toEqual([lost.key, image.key]);
  expect(await keys({ text: 'discounts' })).toEqual([push.key]);
  expect(await keys({ text: 'v1.2 or missing' })).toEqual([lost.key, image.key]);
  expect(await keys({ text: '"offer discounts" -registry' })).toEqual([push.key]);
  expect(await keys({ since: image.receivedAt })).toEqual([lost.key, image.key]);
  expect(await keys({ until: image.receivedAt })).toEqual([push.key]);
  expect(await keys({ text: `'); drop table events; --` })).toEqual([]);
});
