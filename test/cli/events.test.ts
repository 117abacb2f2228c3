import type { ServerResponse } from 'node:http';
import { type Answer, sagalineBefore } from './scripted-gateway';

const event = (id: string, change: object = {}) => ({
  id,
  deliveryId: 'd-1',
  source: 'github',
  subject: 'acme/shop:refs/heads/main',
  kind: 'push',
  time: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:01.000Z',
  data: { message: 'Offer\u001b[31m discounts' },
  status: 'routed',
  decisions: [
    { pipeline: 'deliver', matched: true, reason: 'listens to push', runId: 'run:1' },
    { pipeline: 'nightly', matched: false, reason: 'does not listen to push', runId: null },
  ],
  links: { self: `/events/${id}`, runs: [] },
  ...change,
});

const run = (script: Record<string, Answer[]>, ...words: string[]) => sagalineBefore(script, words);
const lines = (text: string) => text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));

it('sagaline events list shows what was accepted and what came of it', async () => {
  const none = event('evt_b', {
    decisions: [{ pipeline: null, matched: false, reason: 'repository not registered', runId: null }],
  });
  const script = {
    'GET /events?kind=push&matched=false': [{ json: { events: [event('evt_a'), none], cursor: 'abc' } }],
  };
  const { code, out, err } = await run(script, 'events', 'list', '--kind', 'push', '--matched', 'false');
  expect(code).toBe(0);
  expect(lines(out)).toEqual([
    'RECEIVED | KIND | SOURCE | SUBJECT | OUTCOME | EVENT',
    '2026-01-01T00:00:01.000Z | push | github | acme/shop:refs/heads/main | 1 run | evt_a',
    '2026-01-01T00:00:01.000Z | push | github | acme/shop:refs/heads/main | repository not registered | evt_b',
    '',
  ]);
  expect(err).toBe('More: add --cursor abc\n');
});

it('sagaline events why names every pipeline that was considered', async () => {
  const script = { 'GET /events/evt_a': [{ json: event('evt_a') }] };
  const { code, out } = await run(script, 'events', 'why', 'evt_a');
  expect(code).toBe(0);
  expect(lines(out)).toEqual([
    'started | deliver | listens to push | run:1',
    'not | nightly | does not listen to push',
    '',
  ]);
});

it('sagaline events show shows no character that a terminal obeys', async () => {
  const script = { 'GET /events/evt_a': [{ json: event('evt_a') }] };
  const { out } = await run(script, 'events', 'show', 'evt_a');
  expect(out).toContain('Offer\\u001b[31m discounts');
  expect(out).not.toContain('\u001b');
});

describe('sagaline events replay', () => {
  const since = '2026-01-01T00:00:00Z';
  const first = `GET /events?since=2026-01-01T00%3A00%3A00Z&limit=100`;
  const script = () => ({
    [first]: [
      {
        json: {
          events: [event('evt_3'), event('evt_2', { links: { replayOf: '/events/evt_0' } })],
          cursor: 'more',
        },
      },
    ],
    [`${first}&cursor=more`]: [
      { json: { events: [event('evt_1'), event('evt_0', { subject: 'dead-letter' })], cursor: null } },
    ],
    'POST /events/evt_1/replay': [{ status: 202, json: { id: 'evt_11' } }],
    'POST /events/evt_3/replay': [{ status: 202, json: { id: 'evt_13' } }],
  });
  it('routes a range again in the order in which it came', async () => {
    const { code, out } = await run(
      script(),
      'events',
      'replay',
      '--since',
      since,
      '--reason',
      'rules were wrong',
    );
    expect(code).toBe(0);
    expect(lines(out)).toEqual([
      '1 of 2 | evt_1 is routed again as evt_11',
      '2 of 2 | evt_3 is routed again as evt_13',
      '',
    ]);
  });
  it('only lists it with --dry-run', async () => {
    const { code, out, err } = await run(
      script(),
      'events',
      'replay',
      '--since',
      since,
      '--reason',
      'x',
      '--dry-run',
    );
    expect(code).toBe(0);
    expect(lines(out).map((line) => line.split(' | ').at(-1))).toEqual(['EVENT', 'evt_1', 'evt_3', '']);
    expect(err).toBe('2 would be routed again.\n');
  });
  it('needs an event or a time', async () => {
    const { code, err } = await run({}, 'events', 'replay', '--reason', 'x');
    expect(code).toBe(2);
    expect(err).toContain('--since');
  });
});

it('sagaline dead-letters list shows the reasons', async () => {
  const letter = event('evt_a', {
    subject: 'dead-letter',
    kind: 'custom',
    data: { problem: 'ref: is missing' },
  });
  const script = { 'GET /dead-letters': [{ json: { deadLetters: [letter], cursor: null } }] };
  const { out } = await run(script, 'dead-letters', 'list');
  expect(lines(out)[1]).toBe(
    '2026-01-01T00:00:01.000Z | custom | github | dead-letter | ref: is missing | evt_a',
  );
});

it('sagaline dead-letters replay says what became of it', async () => {
  const script = { 'POST /dead-letters/evt_a/replay': [{ status: 202, json: { id: 'evt_b' } }] };
  const { code, out } = await run(script, 'dead-letters', 'replay', 'evt_a', '--reason', 'upgraded');
  expect([code, out]).toEqual([0, 'evt_a was understood: evt_b\n']);
});

describe('sagaline ledger rebuild', () => {
  const lines =
    (...all: object[]) =>
    (response: ServerResponse) =>
      void response.end(all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const step = { inboxes: 2, events: 7, runs: 3, done: false };
  it('says what was written', async () => {
    const script = { 'POST /ledger/rebuild': [lines({ ...step, runs: 0 }, step, { done: true })] };
    const { code, out } = await run(script, 'ledger', 'rebuild');
    expect([code, out]).toEqual([0, '7 events of 2 inboxes and 3 runs\n']);
  });
  it.each([
    ['breaks off', [step], 'broke off'],
    ['cannot go on', [{ done: false, problem: 'the ledger does not answer' }], 'does not answer'],
  ])('ends with 1 when it %s', async (_, said, message) => {
    const { code, err } = await run({ 'POST /ledger/rebuild': [lines(...said)] }, 'ledger', 'rebuild');
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});

describe('sagaline ledger verify', () => {
  const hash = 'a'.repeat(64);
  const answer = (broken: string | null) => ({ entries: 3, broken, head: { seq: 3, hash } });
  it('says that nothing was changed, and the head to keep', async () => {
    const { code, out } = await run({ 'GET /audit/check': [{ json: answer(null) }] }, 'ledger', 'verify');
    expect([code, out]).toEqual([0, `3 entries, none changed\nhead 3:${hash}\n`]);
  });
  it('ends with 1 when something was', async () => {
    const script = { [`GET /audit/check?seq=3&hash=${hash}`]: [{ json: answer('entry 2 is missing') }] };
    const { code, out } = await run(script, 'ledger', 'verify', '--head', `3:${hash}`);
    expect(code).toBe(1);
    expect(out).toContain('Not as it was written: entry 2 is missing');
  });
  it('refuses what is no head', async () => {
    expect((await run({}, 'ledger', 'verify', '--head', '3')).code).toBe(2);
  });
});

it('sagaline audit list shows who did what', async () => {
  const entry = {
    seq: 2,
    at: '2026-01-01T00:00:00.000Z',
    actor: 'ada',
    action: 'POST',
    target: '/runs/1/cancel',
  };
  const script = {
    'GET /audit?actor=ada': [
      {
        json: {
          audit: [
            { ...entry, status: 202, reason: 'too slow' },
            { ...entry, seq: 1, status: null, reason: null },
          ],
          cursor: null,
        },
      },
    ],
  };
  const { out } = await run(script, 'audit', 'list', '--actor', 'ada');
  expect(lines(out)).toEqual([
    'SEQ | AT | ACTOR | ACTION | ANSWER | REASON',
    '2 | 2026-01-01T00:00:00.000Z | ada | POST /runs/1/cancel | 202 | too slow',
    '1 | 2026-01-01T00:00:00.000Z | ada | POST /runs/1/cancel | begins',
    '',
  ]);
});
