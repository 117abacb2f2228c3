import { type EventKind, eventSchema } from '../../../src/domain/event';
import { github } from '../../../src/adapters/sources/github';
import { githubExamples } from './github-examples';

const receivedAt = '2026-01-02T03:04:05.000Z';

const readings = githubExamples.flatMap(({ name, payload }) => {
  const headers = { 'x-github-event': name, 'x-github-delivery': 'd-1' };
  const body = Buffer.from(JSON.stringify(payload));
  return github.read({ headers, body, receivedAt }).map((reading) => ({ name, ...reading }));
});

/** Number of readings by what `key` says of each. */
function count(key: (reading: (typeof readings)[number]) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reading of readings) counts[key(reading)] = (counts[key(reading)] ?? 0) + 1;
  return counts;
}

it('reads every payload that GitHub publishes as one valid event', () => {
  expect(readings).toHaveLength(329);
  for (const { event } of readings) expect(eventSchema.safeParse(event).error).toBeUndefined();
});

it('understands all of them', () => {
  expect(
    readings.filter(({ problem }) => problem !== null).map(({ name, problem }) => [name, problem]),
  ).toEqual([]);
});

it('makes kinds of those that a pipeline may want, and custom events of the rest', () => {
  expect(count(({ event }) => event.kind)).toEqual({
    ci_run: 11,
    custom: 279,
    deployment: 4,
    finding: 9,
    image: 1,
    pull_request: 9,
    push: 7,
    tag: 9,
  });
});

it.each<[string, EventKind[]]>([
  ['push', ['push']],
  ['create', ['tag']],
  ['delete', ['tag']],
  ['pull_request', ['custom', 'pull_request']],
  ['release', ['custom']],
  ['check_run', ['ci_run', 'custom']],
  ['workflow_run', ['ci_run']],
  ['deployment_status', ['deployment']],
  ['package', ['custom', 'image']],
  ['dependabot_alert', ['finding']],
  ['code_scanning_alert', ['finding']],
  ['ping', ['custom']],
])('makes %s one of %j', (name, kinds) => {
  const found = readings.filter((reading) => reading.name === name).map(({ event }) => event.kind);
  expect([...new Set(found)].sort()).toEqual(kinds);
});
