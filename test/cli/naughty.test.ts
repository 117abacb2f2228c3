import { shown, withoutColours } from '../../src/cli/shown';
import { naughtyTexts } from '../support/naughty';
import { type Answer, problem, runAnswer, sagalineBefore } from './scripted-gateway';

/** What a terminal obeys, line breaks and tabs apart, and what turns the order of the text beside it. */
const obeyed = /[^\P{Cc}\n\t]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const all = naughtyTexts.join(' ');
const time = '2026-01-01T00:00:00.000Z';
const event = (text: string) => ({
  ...{ id: 'evt_a', deliveryId: text, source: text, subject: text, kind: text, time, receivedAt: text },
  data: { [text]: text },
  ...{ status: 'routed', links: { self: text, runs: [text] } },
  decisions: [
    { pipeline: text, matched: false, reason: text, runId: null },
    { pipeline: text, matched: true, reason: text, runId: text },
  ],
});
const run = (text: string) => ({
  ...runAnswer({ id: text, pipeline: text, repository: text, service: text, environment: text }),
  ...{ commit: text, reason: text, status: 'needs-human' },
  steps: [{ id: text, uses: 'approval', status: 'waiting', detail: text }],
  compensations: [{ step: text, status: 'failed', detail: text }],
});
const lane = (text: string) => ({
  ...{ service: text, environment: text, generation: 1, traffic: null, problem: text },
  ...{ live: { id: text, commit: text }, earlier: [{ id: text, commit: text }] },
  ...{ holder: { workflowId: text }, waiting: [{ workflowId: text }] },
});
const audit = (text: string) => ({
  ...{ seq: 1, at: text, actor: text, role: text, action: text, target: text, reason: text, status: 200 },
});
const each = <T>(make: (text: string) => T): T[] => naughtyTexts.map(make);
const log: Answer = (response) => void response.end(all);
const error: Answer = { status: 409, json: { ...problem('WrongState', all, all), whatToDo: all } };
const cursor = null;

it.each<[string, string, Answer]>([
  ['events list', 'GET /events', { json: { events: each(event), cursor } }],
  ['events show evt_a', 'GET /events/evt_a', { json: event(all) }],
  ['events why evt_a', 'GET /events/evt_a', { json: event(all) }],
  ['events list --json', 'GET /events', { json: { events: each(event), cursor } }],
  ['dead-letters list', 'GET /dead-letters', { json: { deadLetters: each(event), cursor } }],
  ['run list', 'GET /runs', { json: { runs: each(run), cursor } }],
  ['run list --json', 'GET /runs', { json: { runs: each(run), cursor } }],
  ['run show x', 'GET /runs/x', { json: run(all) }],
  ['run logs x build', 'GET /runs/x/steps/build/logs', log],
  ['lanes', 'GET /lanes', { json: { lanes: each(lane) } }],
  ['lane show shop production', 'GET /lanes/shop/production', { json: lane(all) }],
  ['audit list', 'GET /audit', { json: { audit: each(audit), cursor } }],
  ['run cancel x', 'POST /runs/x/cancel', { status: 202, json: { id: all, links: {} } }],
  ['run show x', 'GET /runs/x', error],
  ['run list', 'GET /runs', (response) => void response.writeHead(500, { 'content-type': 'a' }).end(all)],
])('sagaline %s prints no text of others that steers a terminal', async (words, call, answer) => {
  const { out, err } = await sagalineBefore({ [call]: [answer] }, words.split(' '));
  const printed = out + err;
  const at = obeyed.exec(printed)?.index;
  expect(at === undefined ? undefined : printed.slice(Math.max(0, at - 40), at + 40)).toBeUndefined();
  expect(printed.length).toBeGreaterThan(20);
  if (words.endsWith('--json')) expect(JSON.parse(out)).toEqual('json' in answer && answer.json);
});

it.each([
  ['colours', 'one \u001b[1;31mtwo\u001b[0m\n', 'one two\n'],
  ['carriage returns', 'half\rwhole\r\nnext\n', 'half\nwhole\nnext\n'],
  ['everything else that is obeyed', 'a\u001b]0;title\u0007b\n', 'a\\u001b]0;title\\u0007b\n'],
])('sagaline run logs takes %s out, wherever the log is split', async (_, written, expected) => {
  for (let at = 0; at <= written.length; at += 1) {
    const plain = withoutColours();
    expect(shown(plain(written.slice(0, at)) + plain(written.slice(at)) + plain())).toBe(expected);
  }
  const answer: Answer = (response) => void response.end(written);
  const script = { 'GET /runs/x/steps/build/logs': [answer] };
  expect((await sagalineBefore(script, ['run', 'logs', 'x', 'build'])).out).toBe(expected);
});
