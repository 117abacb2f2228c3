import { alertmanager } from '../../../src/adapters/sources/alertmanager';
import { maxEventBytes } from '../../../src/domain/event';
import { alertOf, groupOf } from './alerts';
import { hostile } from './hostile';
import { authorized } from './tokens';

const receivedAt = '2026-01-02T03:04:05.000Z';
const read = (...alerts: object[]) =>
  alertmanager.read({ headers: {}, body: Buffer.from(JSON.stringify(groupOf(...alerts))), receivedAt });
const labelled = (labels: object) => read(alertOf({ labels: { alertname: 'Slow', ...labels } }))[0]?.event;

const resolved = alertOf({ status: 'resolved', endsAt: '2023-02-06T13:20:00Z' });

it('reads a published group', () => {
  expect(read(alertOf())).toMatchObject([
    {
      problem: null,
      event: {
        source: 'alertmanager',
        subject: 'ProbeFailure',
        kind: 'alert',
        time: '2023-02-06T13:08:45.828Z',
        data: {
          status: 'firing',
          name: 'ProbeFailure',
          service: 'http_checks',
          environment: null,
          severity: 'critical',
          labels: alertOf().labels,
          startsAt: '2023-02-06T13:08:45.828Z',
        },
      },
    },
  ]);
});

it('reads a group of an older version, whose alerts have no fingerprint', () => {
  const older = {
    status: 'firing',
    labels: { alertname: 'Test', dc: 'eu-west-1', instance: 'localhost:9090', job: 'prometheus24' },
    annotations: { description: 'some description' },
    startsAt: '2018-08-03T09:52:26.739266876+02:00',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://example.com:9090/graph',
  };
  const { labels } = older;
  const turned = { ...older, labels: Object.fromEntries(Object.entries(labels).reverse()) };
  const other = { ...older, labels: { ...labels, instance: 'localhost:9091' } };
  const readings = read(older, turned, other);
  expect(readings.map(({ problem }) => problem)).toEqual([null, null]);
  expect(readings[0]?.event.time).toBe('2018-08-03T07:52:26.739Z');
});

it('tells firing, resolved and firing again apart, and a reminder from none of them', () => {
  const again = alertOf({ startsAt: '2023-02-06T15:00:00Z' });
  const reminder = alertOf({ annotations: {}, generatorURL: 'another' });
  const readings = read(alertOf(), resolved, again, reminder);
  expect(readings.map(({ event }) => [event.data['status'], event.time])).toEqual([
    ['firing', '2023-02-06T13:08:45.828Z'],
    ['resolved', '2023-02-06T13:20:00.000Z'],
    ['firing', '2023-02-06T15:00:00.000Z'],
  ]);
});

it('has the alerts of one service and environment in one order', () => {
  expect(labelled({ service: 'shop', environment: 'production' })?.subject).toBe('shop:production');
});

it.each([
  [{ service: 'shop', job: 'node' }, { service: 'shop' }],
  [{ service_name: 'shop', job: 'node' }, { service: 'shop' }],
  [{ app: 'shop', job: 'node' }, { service: 'shop' }],
  [{ service: '', job: 'node' }, { service: 'node' }],
  [{}, { service: null, environment: null, severity: null }],
  [{ environment: 'production', env: 'e' }, { environment: 'production' }],
  [{ env: 'production' }, { environment: 'production' }],
  [{ deployment_environment: 'production' }, { environment: 'production' }],
])('knows of the labels %j that %j', (labels, known) => {
  expect(labelled(labels)?.data).toMatchObject(known);
});

it('keeps as many labels as an event has room for', () => {
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`l${String(at)}`, '\u0001'.repeat(3000)]),
  );
  const event = labelled({ ...many, service: 'shop', environment: 'production', odd: 7 });
  expect(event?.data).toMatchObject({ service: 'shop', environment: 'production' });
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(maxEventBytes);
});

it('keeps an alert without a name beside the others', () => {
  const readings = read(alertOf({ labels: { job: 'x' } }), alertOf());
  expect(readings.map(({ problem }) => problem)).toEqual([
    expect.stringMatching(/^labels\.alertname: /),
    null,
  ]);
});

authorized(alertmanager);
hostile(alertmanager, [
  { name: 'a firing alert', headers: {}, payload: groupOf(alertOf()) },
  { name: 'a resolved alert', headers: {}, payload: groupOf(resolved) },
]);
