import { pino } from 'pino';
import { sources } from '../../src/adapters/sources';
import { reservedSources } from '../../src/domain/own-sources';
import { alertOf, groupOf } from '../adapters/sources/alerts';
import { expectProblem, json, signalled, startGateway, type TestGateway } from './gateway';

const secret = 'a-secret-in-the-address';
const logged: string[] = [];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(undefined, {
    secretsOf: () => Promise.resolve([secret]),
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
  });
});
afterAll(() => gateway.stop());

function post(path: string, body: unknown, more: Record<string, string> = {}) {
  const headers = { 'content-type': 'application/json', ...more };
  return fetch(`${gateway.url}/hooks/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}
const bearer = { authorization: `Bearer ${secret}` };

const pushed = {
  push_data: { pushed_at: 1417566161, tag: 'latest' },
  repository: { repo_name: 'acme/shop' },
};

it('has no source whose name a user-written one could take', () => {
  expect([...sources.keys()].filter((name) => !reservedSources.includes(name))).toEqual([]);
});

describe('a secret in the address', () => {
  it('opens Docker Hub alone, given once', async () => {
    const accepted = await json(await post(`dockerhub?token=${secret}`, pushed));
    expect(await signalled(gateway.client, accepted.inbox)).toMatchObject([
      { kind: 'image', data: { tag: 'latest' } },
    ]);
    for (const path of [
      'dockerhub',
      'dockerhub?token=',
      `dockerhub?token=${secret}x`,
      `dockerhub?token=${secret}&token=${secret}`,
      `dockerhub?token[]=${secret}`,
      `registry?token=${secret}`,
      `harbor?token=${secret}`,
      `alertmanager?token=${secret}`,
      `grafana?token=${secret}`,
    ])
      await expectProblem(await post(path, pushed), 401, 'Unauthenticated');
  });

  it('reaches no log, no answer and no history, whatever happens', async () => {
    const path = `dockerhub?token=${secret}`;
    const answers = [
      await post(path, pushed),
      await post(path, { no: 'push' }),
      await post(path, pushed, { 'content-type': 'text/plain' }),
      await post(`unknown?token=${secret}`, pushed),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 422, 415, 404]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const { inbox } = JSON.parse(bodies[1] ?? '') as { inbox: string };
    const history = await gateway.client.workflow.getHandle(inbox).fetchHistory();
    const kept = [...bodies, metrics, ...logged, Buffer.from(JSON.stringify(history)).toString()];
    expect(kept.filter((text) => text.includes(secret))).toEqual([]);
  });

  it('reaches no log when the gateway itself fails', async () => {
    const failing = await startGateway(undefined, {
      secretsOf: () => Promise.reject(new Error('a fault')),
      log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    });
    try {
      const answer = await fetch(`${failing.url}/hooks/dockerhub?token=${secret}`, {
        method: 'POST',
        body: '{}',
      });
      expect(answer.status).toBe(500);
      expect(logged.join('')).toContain('a fault');
      expect(logged.join('') + (await answer.text())).not.toContain(secret);
    } finally {
      await failing.stop();
    }
  });
});

describe('a group of alerts', () => {
  it('is answered with one answer for each, and a reminder of it alike', async () => {
    const labels = { alertname: 'Slow', service: 'shop', environment: 'production' };
    const group = groupOf(
      alertOf({ labels }),
      alertOf({ labels, status: 'resolved', endsAt: '2023-02-06T14:00:00Z' }),
    );
    const send = async () => json(await post('alertmanager', group, bearer));
    const accepted = await send();
    expect(accepted).toMatchObject([{ subject: 'shop:production' }, { subject: 'shop:production' }]);
    expect(await send()).toEqual(accepted);
    const events = await signalled(gateway.client, accepted[0].inbox);
    expect(events.map(({ key }) => key)).toEqual([0, 1, 0, 1].map((at) => events[at]?.['key']));
    expect(events.map(({ data }) => (data as { status: string }).status)).toEqual([
      'firing',
      'resolved',
      'firing',
      'resolved',
    ]);
  });

  it('is kept where one alert is not understood, which is told', async () => {
    const answer = await post('alertmanager', groupOf(alertOf(), alertOf({ status: 'odd' })), bearer);
    const problem = await expectProblem(answer, 422, 'NotUnderstood');
    expect(problem['events']).toHaveLength(2);
  });
});

it('answers notifications of pulls alone with an empty list', async () => {
  const type = 'application/vnd.docker.distribution.events.v2+json';
  const events = [{ id: '1', action: 'pull', target: { repository: 'acme/shop' } }];
  const answer = await post('registry', { events }, { ...bearer, 'content-type': type });
  expect(answer.status).toBe(202);
  expect(await json(answer)).toEqual([]);
});
