import { createHmac } from 'node:crypto';
import { grafana } from '../../../src/adapters/sources/grafana';
import { hostile } from './hostile';
import { authorized } from './tokens';

const receivedAt = '2026-01-02T03:04:05.000Z';
const now = String(Date.parse(receivedAt) / 1000);

/** An alert of the example in Grafana's documentation. */
const alertOf = (change: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'High memory usage', team: 'blue', zone: 'us-1' },
  annotations: {
    description: 'The system has high memory usage',
    runbook_url: 'https://myrunbook.com/runbook/1234',
    summary: 'This alert was triggered for zone us-1',
  },
  startsAt: '2021-10-12T09:51:03.157076+02:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://play.grafana.org/alerting/1afz29v7z/edit',
  fingerprint: 'c6eadffa33fcdf37',
  silenceURL: 'https://play.grafana.org/alerting/silence/new?alertmanager=grafana',
  dashboardURL: '',
  panelURL: '',
  values: { B: 44.23943737541908, C: 1 },
  ...change,
});
const cpu = { alertname: 'High CPU usage', team: 'blue', zone: 'eu-1', service: 'shop', env: 'production' };
const group = (change: object = {}) => ({
  receiver: 'My Super Webhook',
  status: 'firing',
  orgId: 1,
  alerts: [alertOf(), alertOf({ labels: cpu, fingerprint: 'bc97ff14869b13e3' })],
  groupLabels: {},
  commonLabels: { team: 'blue' },
  commonAnnotations: {},
  externalURL: 'https://play.grafana.org/',
  version: '1',
  groupKey: '{}:{}',
  truncatedAlerts: 0,
  title: '[FIRING:2]  (blue)',
  state: 'alerting',
  message: '**Firing**',
  ...change,
});
const read = (payload: unknown) =>
  grafana.read({ headers: {}, body: Buffer.from(JSON.stringify(payload)), receivedAt });

it('reads the documented example: each alert of the group is an event', () => {
  expect(read(group())).toMatchObject([
    {
      problem: null,
      event: {
        deliveryId: '1|c6eadffa33fcdf37|firing|2021-10-12T09:51:03.157076+02:00|',
        subject: 'High memory usage',
        time: '2021-10-12T07:51:03.157Z',
        data: { status: 'firing', name: 'High memory usage', labels: alertOf().labels },
      },
    },
    {
      problem: null,
      event: { subject: 'shop:production', data: { service: 'shop', environment: 'production' } },
    },
  ]);
});

it('tells the alerts of two organisations apart', () => {
  const [one] = read(group());
  const [other] = read(group({ orgId: 2 }));
  const [none] = read(group({ orgId: null }));
  expect(new Set([one, other, none].map((reading) => reading?.event.key)).size).toBe(3);
});

describe('a signature', () => {
  const body = Buffer.from(JSON.stringify(group()));
  const secrets = ['older', 'newer'];
  const sign = (signed: string | Buffer, key = 'newer') =>
    createHmac('sha256', key).update(signed).digest('hex');
  const timed = (time: string) => sign(`${time}:${body.toString()}`);
  const verify = (signature: string | string[], time?: string, more: object = {}) => {
    const headers = {
      'x-grafana-alerting-signature': signature,
      ...(time !== undefined && { 'x-grafana-alerting-timestamp': time }),
      ...more,
    };
    grafana.verify({ headers, body, receivedAt }, secrets);
  };
  const late = String(Number(now) - 301);
  const early = String(Number(now) + 301);

  it.each<[string, string, string?]>([
    ['over the body', sign(body)],
    ['of the older secret', sign(body, 'older')],
    ['over a time and the body', timed(now), now],
    ['over a time that is nearly too late', timed(String(Number(now) - 299)), String(Number(now) - 299)],
  ])('%s is accepted', (_, signature, ...time) => {
    expect(() => {
      verify(signature, time[0]);
    }).not.toThrow();
  });

  it.each<[string, string | string[], string?]>([
    ['that is empty', ''],
    ['with a prefix', `sha256=${sign(body)}`],
    ['in upper case', sign(body).toUpperCase()],
    ['of its first byte only', sign(body).slice(0, 2)],
    ['of another secret', sign(body, 'guess')],
    ['of another body', sign('{}')],
    ['given twice', [sign(body), sign(body)]],
    ['over the body alone where a time is given', sign(body), now],
    ['whose time was taken away', timed(now)],
    ['whose time was changed', timed(now), String(Number(now) + 1)],
    ['over a time long past', timed(late), late],
    ['over a time to come', timed(early), early],
    ['over a time that is none', timed('soon'), 'soon'],
    ['over an empty time', timed(''), ''],
  ])('%s is refused', (_, signature, ...time) => {
    expect(() => {
      verify(signature, time[0]);
    }).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
  });

  it('that is wrong is not made good by a token', () => {
    expect(() => {
      verify('', undefined, { authorization: 'Bearer newer' });
    }).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
  });
});

authorized(grafana);
const example = {
  headers: { authorization: 'Bearer x', 'x-grafana-alerting-signature': '' },
  payload: group(),
};
hostile(grafana, [example]);
