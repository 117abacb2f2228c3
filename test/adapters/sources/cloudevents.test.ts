import { readCloudEvents } from '../../../src/adapters/sources/cloudevents';
import { SagalineError } from '../../../src/domain/errors';
import { type EventKind, eventSchema } from '../../../src/domain/event';
import { naughtyTexts } from '../../support/naughty';

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

it('takes nothing back that the platform itself has said', () => {
  const data = { name: 'errors', status: 'firing' };
  expect(read('alert', data, 'sagaline')?.problem).toMatch(/^source: sagaline is the platform's own/);
  expect(read('alert', data)?.problem).toBeNull();
});

describe('the depth of what events of the platform led to', () => {
  const of = (depth: unknown) => {
    const event = { specversion: '1.0', id: '1', source: '/relay', type: 'acme.ping', sagalinedepth: depth };
    const delivery = {
      headers: {},
      body: Buffer.from(JSON.stringify(event)),
      receivedAt: '2026-01-01T00:00:00.000Z',
    };
    return readCloudEvents('structured', delivery)[0]?.event.depth;
  };

  it('is kept, however somebody else has named the source since', () => {
    expect([of(4), of('4'), of(undefined)]).toEqual([4, 4, undefined]);
    const headers = Object.fromEntries(
      Object.entries({ specversion: '1.0', id: '1', source: '/r', type: 'a', sagalinedepth: '3' }).map(
        ([name, value]) => [`ce-${name}`, value],
      ),
    );
    const delivery = { headers, body: Buffer.from(''), receivedAt: '2026-01-01T00:00:00.000Z' };
    expect(readCloudEvents('binary', delivery)[0]?.event.depth).toBe(3);
  });

  it.each([-1, 1.5, 'deep'])('is no %s', (depth) => {
    expect(() => of(depth)).toThrow('sagalinedepth');
  });
});

describe('an attribute in a header of the HTTP binding', () => {
  const id = (value: string) => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': value,
      'ce-source': '/a',
      'ce-type': 'com.example.someevent',
    };
    const delivery = { headers, body: Buffer.from(''), receivedAt: '2026-01-01T00:00:00.000Z' };
    return readCloudEvents('binary', delivery)[0]?.event.deliveryId;
  };

  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%45uro%20%e2%82%ac', 'Euro €'],
    ['1234-1234-1234', '1234-1234-1234'],
    ['100%25', '100%'],
    ['%2541', '%41'],
    ['"a quoted value"', 'a quoted value'],
    ['"with \\"quotes\\" and \\\\"', 'with "quotes" and \\'],
    ['"Euro%20%E2%82%AC"', 'Euro €'],
    ['100%', '100%'],
    ['50%-60%', '50%-60%'],
    ['a"b', 'a"b'],
  ])('%s is %s', (value, text) => {
    expect(id(value)).toBe(text);
  });

  it.each(['%C0%A0', '%E2%82', 'a%FF', '%ED%A0%80'])('%s is refused, being no UTF-8', (value) => {
    expect(() => id(value)).toThrow(expect.objectContaining({ code: 'Malformed' }));
  });
});

it('takes every naughty text in the place of each attribute, or blames the sender', () => {
  const event = {
    ...{ specversion: '1.0', id: '1', source: '/ci', type: 'com.example.built', subject: 'acme/shop' },
    ...{
      time: '2026-01-01T00:00:00Z',
      datacontenttype: 'application/json',
      dataschema: 'https://a.example/b',
    },
    ...{ sagalinedepth: '1', data: { name: 'nightly' } },
  };
  const read = (change: object) => {
    const body = Buffer.from(JSON.stringify({ ...event, ...change }));
    return readCloudEvents('structured', { headers: {}, body, receivedAt: '2026-01-02T03:04:05.000Z' });
  };
  const answers = naughtyTexts.flatMap((text) =>
    [...Object.keys(event), text].map((name) => {
      try {
        const [reading] = read({ [name]: text });
        return eventSchema.safeParse(reading?.event).success ? 'an event' : reading;
      } catch (error) {
        return error instanceof SagalineError && error.row.status < 500 ? 'refused' : error;
      }
    }),
  );
  expect(new Set(answers)).toEqual(new Set(['an event', 'refused']));
});
