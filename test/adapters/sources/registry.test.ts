import { registry } from '../../../src/adapters/sources/registry';
import { hostile } from './hostile';
import { authorized } from './tokens';

const receivedAt = '2026-01-02T03:04:05.000Z';
const read = (payload: unknown) =>
  registry.read({ headers: {}, body: Buffer.from(JSON.stringify(payload)), receivedAt });

const manifest = 'application/vnd.docker.distribution.manifest.v2+json';
const layer = 'application/vnd.docker.container.image.rootfs.diff+x-gtar';
const sha = (digit: string) => `sha256:${digit.repeat(64)}`;

/** An event of the example in the specification of the notifications. */
const event = (change: object = {}, target: object = {}) => ({
  id: 'asdf-asdf-asdf-asdf-0',
  timestamp: '2006-01-02T15:04:05Z',
  action: 'push',
  target: {
    mediaType: manifest,
    length: 1,
    digest: 'sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf',
    repository: 'library/test',
    url: 'http://example.com/v2/library/test/manifests/sha256:c3b3692957d439ac1928219a83fac91e7bf96c153725526874673ae1f2023f8d5',
    ...target,
  },
  request: {
    id: 'asdfasdf',
    addr: 'client.local',
    host: 'registrycluster.local',
    method: 'PUT',
    useragent: 'test/0.1',
  },
  actor: { name: 'test-actor' },
  source: { addr: 'hostname.local:port' },
  ...change,
});
const layerEvent = (id: string) => event({ id }, { mediaType: layer, digest: sha('b') });

it('reads the documented envelope: the pushed manifest is an image, its layers are nothing of interest', () => {
  const readings = read({ events: [event(), layerEvent('asdf-1'), layerEvent('asdf-2')] });
  expect(readings).toMatchObject([
    {
      problem: null,
      event: {
        deliveryId: 'asdf-asdf-asdf-asdf-0',
        bodyHash: '',
        source: 'registry',
        subject: 'library/test',
        kind: 'image',
        time: '2006-01-02T15:04:05.000Z',
        data: {
          repository: 'library/test',
          tag: null,
          digest: 'sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf',
        },
      },
    },
  ]);
});

it.each([
  manifest,
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
])('takes a pushed %s for an image, with its tag', (mediaType) => {
  const [reading] = read({ events: [event({}, { mediaType, tag: 'v1' })] });
  expect(reading).toMatchObject({ problem: null, event: { kind: 'image', data: { tag: 'v1' } } });
});

it('has nothing to record of pulls, mounts and layers', () => {
  const quiet = [
    event({ action: 'pull' }),
    event({ action: 'mount' }, { mediaType: layer }),
    layerEvent('1'),
  ];
  expect(read({ events: quiet })).toEqual([]);
  expect(read({ events: [] })).toEqual([]);
});

it('records deletions, by digest and by tag', () => {
  const target = { mediaType: undefined, url: undefined };
  const readings = read({
    events: [
      event({ id: '1', action: 'delete' }, { ...target, digest: sha('a') }),
      event({ id: '2', action: 'delete' }, { ...target, digest: undefined, tag: 'v1' }),
    ],
  });
  expect(readings.map(({ event }) => [event.kind, event.subject, event.data])).toEqual([
    [
      'custom',
      'custom',
      expect.objectContaining({ event: 'delete', image: 'library/test', digest: sha('a'), tag: null }),
    ],
    ['custom', 'custom', expect.objectContaining({ sender: 'test-actor', digest: null, tag: 'v1' })],
  ]);
});

it("reads the single event of an Azure registry's webhook", () => {
  const documented = {
    id: 'cb8c3971-9adc-488b-xxxx-43cbb4974ff5',
    timestamp: '2017-11-17T16:52:01.343145347Z',
    action: 'push',
    target: {
      mediaType: manifest,
      size: 524,
      digest: 'sha256:xxxxd5c8786bb9e621a45ece0dbxxxx1cdc624ad20da9fe62e9d25490f33xxxx',
      length: 524,
      repository: 'hello-world',
      tag: 'v1',
    },
    request: { id: '3cbb6949-7549-4fa1-xxxx-a6d5451dffc7', host: 'myregistry.azurecr.io', method: 'PUT' },
  };
  const [reading] = read(documented);
  expect(reading?.problem).toBeNull();
  expect(reading?.event).toMatchObject({ kind: 'image', data: { repository: 'hello-world', tag: 'v1' } });
  expect(reading?.event.time).toBe('2017-11-17T16:52:01.343Z');
});

it('has one event for what comes again, and keeps what it does not understand beside what it does', () => {
  const bad = event({ id: 'bad' }, { digest: undefined });
  const readings = read({ events: [event(), event(), bad, { action: 'push' }] });
  expect(readings.map(({ problem }) => problem === null)).toEqual([true, false, false]);
  expect(readings[1]?.problem).toMatch(/^target\.digest: /);
  expect(readings[1]?.event.data['eventName']).toBe('notification');
});

it('reads a hundred events of one envelope and keeps the rest together', () => {
  const events = Array.from({ length: 150 }, (_, at) => event({ id: `id-${String(at)}` }));
  const readings = read({ events });
  expect(readings).toHaveLength(101);
  expect(readings[100]?.problem).toMatch(/150 happenings: the first 100 are read/);
});

authorized(registry);
hostile(registry, [
  { name: 'a push', headers: {}, payload: { events: [event({}, { tag: 'v1' })] } },
  { name: 'a deletion', headers: {}, payload: { events: [event({ action: 'delete' })] } },
]);
