import { readCloudEvents } from '../../../src/adapters/sources/cloudevents';
import type { EventKind } from '../../../src/domain/event';

/** How one event is read that a sender has signed with its token. */
function read(kind: EventKind, data: object, source = '/cron') {
  const event = { specversion: '1.0', id: '1', source, type: `dev.sagaline.${kind}`, data };
  const body = Buffer.from(JSON.stringify(event));
  return readCloudEvents('structured', { headers: {}, body, receivedAt: '2026-01-01T00:00:00.000Z' })[0];
}

const repository = 'acme/shop';
const wanted = { repository, pipeline: 'deliver', ref: 'refs/heads/main', author: 'ada' };

it('takes no run that is started by hand from a sender: its author would be whoever the sender names', () => {
  const reading = read('manual', wanted);
  expect(reading?.event).toMatchObject({ kind: 'custom', subject: 'dead-letter' });
  expect(reading?.problem).toMatch(
    /^type: dev.sagaline.manual cannot be sent: start a run with POST \/runs; known are dev.sagaline.push, /,
  );
  expect(reading?.problem).not.toContain('dev.sagaline.manual,');
});

it('takes a schedule of somebody else, and none in the name of the own ones', () => {
  expect(read('schedule', wanted)).toMatchObject({ problem: null, event: { kind: 'schedule' } });
  const forged = read(
    'schedule',
    { repository, pipeline: 'nightly', cron: '@daily', zone: 'UTC' },
    'schedule',
  );
  expect(forged).toMatchObject({
    problem: expect.stringMatching(/^source: schedule is the platform's own/),
    event: { kind: 'custom', subject: 'dead-letter' },
  });
});
