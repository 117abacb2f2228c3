import { harbor } from '../../../src/adapters/sources/harbor';
import { hostile } from './hostile';
import { authorized } from './tokens';

const receivedAt = '2026-01-02T03:04:05.000Z';
const read = (payload: unknown) =>
  harbor.read({ headers: {}, body: Buffer.from(JSON.stringify(payload)), receivedAt });

const digest = 'sha256:954b378c375d852eb3c63ab88978f640b4348b01c1b3456a024a81536dafbbf4';
const repository = {
  date_created: 1680501893,
  name: 'alpine',
  namespace: 'harbor',
  repo_full_name: 'harbor/alpine',
  repo_type: 'private',
};
const pushed = { digest, tag: '3.8', resource_url: `localhost/harbor/alpine:3.8` };
const scanned = (report: object) => ({
  digest,
  resource_url: `localhost/harbor/alpine@${digest}`,
  scan_overview: {
    'application/vnd.security.vulnerability.report; version=1.1': {
      report_id: 'af0546c1-67dc-4e9d-927e-372900ead0df',
      scan_status: 'Success',
      severity: 'None',
      duration: 8,
      summary: { total: 0, fixable: 0, summary: {} },
      start_time: '2023-04-03T06:12:47Z',
      end_time: '2023-04-03T06:12:55Z',
      scanner: { name: 'Trivy', vendor: 'Aqua Security', version: 'v0.37.2' },
      complete_percent: 100,
      ...report,
    },
  },
});
const found = { severity: 'High', summary: { total: 5, fixable: 4, summary: { High: 4, Unknown: 1 } } };
const ended = (scan_status: string) =>
  scanned({ scan_status, severity: '', summary: null, scanner: undefined });

/** The events of Harbor's documentation in its own format. */
const told = (type: string, event_data: object) => ({
  type,
  occur_at: 1680502375,
  operator: 'auto',
  event_data,
});
/** The same as CloudEvents. */
const cloudEvent = (type: string, data: object) => ({
  specversion: '1.0',
  id: '64bce2fe-6159-454d-8389-852d01ef1e9d',
  requestid: '98ecbced-4169-443b-8e19-459a8c81675d',
  source: '/projects/2/webhook/policies/15',
  type,
  datacontenttype: 'application/json',
  time: '2023-04-03T06:12:55Z',
  data,
  operator: 'auto',
});

describe('a pushed artifact', () => {
  const image = { repository: 'harbor/alpine', tag: '3.8', digest };

  it('is an image in either format', () => {
    const data = { resources: [pushed], repository };
    expect(read(told('PUSH_ARTIFACT', data))).toMatchObject([
      {
        problem: null,
        event: {
          deliveryId: `PUSH_ARTIFACT|harbor/alpine|3.8|${digest}|1680502375`,
          subject: 'harbor/alpine',
          kind: 'image',
          time: '2023-04-03T06:12:55.000Z',
          data: image,
        },
      },
    ]);
    expect(read(cloudEvent('harbor.artifact.pushed', data))).toMatchObject([
      { problem: null, event: { deliveryId: '64bce2fe-6159-454d-8389-852d01ef1e9d', data: image } },
    ]);
  });

  it('without a tag has the digest in its place, and null here', () => {
    const [reading] = read(told('PUSH_ARTIFACT', { resources: [{ ...pushed, tag: digest }], repository }));
    expect(reading?.event.data).toEqual({ ...image, tag: null });
  });

  it('of several is several events with ids of their own', () => {
    const data = { resources: [pushed, { ...pushed, tag: 'latest' }], repository };
    for (const payload of [told('PUSH_ARTIFACT', data), cloudEvent('harbor.artifact.pushed', data)]) {
      const readings = read(payload);
      expect(readings.map(({ event }) => event.data['tag'])).toEqual(['3.8', 'latest']);
      expect(new Set(readings.map(({ event }) => event.key)).size).toBe(2);
    }
  });

  it('without a digest is a dead letter', () => {
    const [reading] = read(told('PUSH_ARTIFACT', { resources: [{ tag: '3.8' }], repository }));
    expect(reading?.problem).toMatch(/^digest: /);
  });
});

describe('a completed scan', () => {
  it.each([
    [found, { severity: 'high', description: '5 found, 4 fixable, High 4, Unknown 1' }],
    [{}, { severity: 'none', description: '0 found, 0 fixable' }],
  ])('is a finding of what it found', (report, finding) => {
    const data = { resources: [scanned(report)], repository };
    for (const payload of [told('SCANNING_COMPLETED', data), cloudEvent('harbor.scan.completed', data)]) {
      const artifact = `harbor/alpine@${digest}`;
      expect(read(payload)).toMatchObject([
        {
          problem: null,
          event: {
            kind: 'finding',
            subject: artifact,
            data: { tool: 'Trivy', artifact, rule: 'vulnerabilities', ...finding },
          },
        },
      ]);
    }
  });

  it('without a report of vulnerabilities is recorded as it is', () => {
    const sbom = { digest, sbom_overview: { scan_status: 'Success' } };
    const [reading] = read(told('SCANNING_COMPLETED', { resources: [sbom], repository }));
    expect(reading).toMatchObject({ problem: null, event: { kind: 'custom' } });
  });
});

it.each([
  ['SCANNING_FAILED', 'harbor.scan.failed', { resources: [ended('Error')], repository }],
  ['SCANNING_STOPPED', 'harbor.scan.stopped', { resources: [ended('Stopped')], repository }],
  ['PULL_ARTIFACT', 'harbor.artifact.pulled', { resources: [{ ...pushed, tag: digest }], repository }],
  ['DELETE_ARTIFACT', 'harbor.artifact.deleted', { resources: [pushed], repository }],
  [
    'QUOTA_EXCEED',
    'harbor.quota.exceeded',
    { resources: [{ digest }], repository, custom_attributes: { Details: 'adding 2.1 MiB' } },
  ],
  [
    'QUOTA_WARNING',
    'harbor.quota.warned',
    { resources: [{ digest }], repository, custom_attributes: { Details: 'quota usage reach 85%' } },
  ],
  ['REPLICATION', 'harbor.replication.status.changed', { replication: { job_status: 'Success' } }],
  ['TAG_RETENTION', 'harbor.tag_retention.finished', { retention: { total: 1, project_name: 'harbor' } }],
])('records %s under that name in either format', (event, type, data) => {
  for (const payload of [told(event, data), cloudEvent(type, data)]) {
    const [reading, ...more] = read(payload);
    expect(more).toEqual([]);
    expect(reading).toMatchObject({
      problem: null,
      event: { kind: 'custom', data: { event, sender: 'auto' } },
    });
    expect(reading?.event.data['image']).toBe('repository' in data ? 'harbor/alpine' : null);
  }
});

it('keeps a CloudEvent of another version as a dead letter', () => {
  const [reading] = read({ ...cloudEvent('harbor.artifact.pushed', {}), specversion: '0.3' });
  expect(reading?.problem).toMatch(/^specversion: /);
});

it('takes a secret that stands in the header without a scheme', () => {
  const verify = (authorization: string) => {
    harbor.verify({ headers: { authorization }, body: Buffer.from(''), receivedAt }, ['a secret']);
  };
  expect(() => {
    verify('a secret');
  }).not.toThrow();
  expect(() => {
    verify('a secre');
  }).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
});

authorized(harbor);
hostile(harbor, [
  { name: 'a push', headers: {}, payload: told('PUSH_ARTIFACT', { resources: [pushed], repository }) },
  {
    name: 'a scan',
    headers: {},
    payload: told('SCANNING_COMPLETED', { resources: [scanned(found)], repository }),
  },
  {
    name: 'a CloudEvent',
    headers: {},
    payload: cloudEvent('harbor.artifact.pushed', { resources: [pushed], repository }),
  },
]);
