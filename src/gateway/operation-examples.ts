/** An example of a call, as /openapi.json shows it; a test holds each against its schema. */
interface Example {
  body?: unknown;
  answer?: unknown;
}

const commit = '1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4';
const subject = 'acme/shop refs/heads/main';
const inbox = 'inbox:default:github:acme%2Fshop refs%2Fheads%2Fmain';
const eventId = 'evt_aW5ib3g6ZGVmYXVsdA';
const runId = 'run:default:acme%2Fshop:deliver:0a1b2c3d';
const paths = {
  event: `/events/${eventId}`,
  run: `/runs/${encodeURIComponent(runId)}`,
  lane: '/lanes/shop/production',
};
const [begun, ended] = ['2026-11-21T09:00:00.000Z', '2026-11-21T09:04:10.000Z'];

const accepted = {
  ...{ id: eventId, deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958', source: 'github', subject, inbox },
  links: { self: paths.event },
};
const event = {
  ...{ id: eventId, deliveryId: accepted.deliveryId, source: 'github', subject, kind: 'push' },
  ...{ time: begun, receivedAt: begun },
  data: {
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    commit,
    previousCommit: null,
    deleted: false,
    created: true,
  },
  status: 'routed',
  decisions: [{ pipeline: 'deliver', matched: true, reason: 'push matches', runId }],
  links: { self: paths.event, runs: [paths.run] },
};
const overview = {
  ...{ id: runId, pipeline: 'deliver', repository: 'acme/shop', service: 'shop', environment: 'production' },
  ...{ commit, eventId, status: 'succeeded' },
};
const run = {
  ...overview,
  reason: null,
  steps: [
    { id: 'build', uses: 'shell', status: 'succeeded', startedAt: begun, finishedAt: ended, detail: null },
  ],
  compensations: [],
  links: { self: paths.run, event: paths.event, logs: { build: `${paths.run}/steps/build/logs` } },
};
const release = {
  id: 'r-0123456789ab',
  artifact: `sha256:${'a'.repeat(64)}`,
  configuration: `sha256:${'b'.repeat(64)}`,
  ...{ start: 'node dist/server.js', ready: '/healthz', readyTimeoutMs: 60_000, replicas: 1 },
  ...{ env: {}, secrets: ['DATABASE_FILE'], commit, runId },
};
const lane = {
  ...{ service: 'shop', environment: 'production', generation: 1_795_251_600_000 },
  ...{ live: release, earlier: [], holder: null, waiting: [], problem: null },
  traffic: {
    ...{ weight: 0, url: 'http://127.0.0.1:9000', lapsed: false, candidate: null },
    stable: { instance: 'r-0123456789ab.1795251600000', release, ports: [41_000] },
  },
  links: { self: paths.lane, rollback: `${paths.lane}/rollback`, run: null },
};
const reason = { reason: 'seen on staging' };
const later = { body: reason, answer: { id: runId, links: { self: paths.run } } };
const payloads = (encoding: string, data: string) => ({ payloads: [{ metadata: { encoding }, data }] });
const [clear, closed] = [
  payloads('anNvbi9wbGFpbg==', 'ImEi'),
  payloads('YmluYXJ5L2VuY3J5cHRlZA==', 'AAECAwQF'),
];
const wanted = { name: 'release-bot', role: 'operator', environments: ['staging'] };
const issued = {
  ...{ ...wanted, id: '0123456789abcdef', projects: ['default'], createdAt: begun, createdBy: 'admin' },
  ...{ expiresAt: '2027-02-19T12:00:00.000Z', revokedAt: null, revokedBy: null, status: 'valid' },
};
const health = { answer: { status: 'ok' } };
const page = { cursor: null };

/** By method and path, as Express writes it. */
export const examples: Readonly<Record<string, Example>> = {
  'post /events': {
    body: {
      ...{ specversion: '1.0', id: '1', source: '/ci', type: 'dev.sagaline.custom', subject: 'acme/shop' },
      data: { name: 'nightly-report' },
    },
    answer: accepted,
  },
  'post /hooks/:source': {
    body: { ref: 'refs/heads/main', after: commit, repository: { full_name: 'acme/shop' } },
    answer: accepted,
  },
  'get /events': { answer: { events: [event], ...page } },
  'get /events/:id': { answer: event },
  'post /events/:id/replay': { body: reason, answer: accepted },
  'get /dead-letters': { answer: { deadLetters: [{ ...event, kind: 'custom', decisions: [] }], ...page } },
  'post /dead-letters/:id/replay': { body: reason, answer: accepted },
  'get /releases': {
    answer: {
      releases: [
        {
          ...{ id: `${runId}/release`, service: 'shop', environment: 'production', cause: 'run' },
          ...{ status: 'live', release: release.id, commit, artifact: release.artifact },
          ...{ configuration: release.configuration, runId, step: 'release', eventId },
          ...{ actor: null, reason: null, beganAt: begun, liveAt: ended, endedAt: null },
          ...{ replacedBy: null, problem: null },
          links: { lane: paths.lane, run: paths.run, event: paths.event },
        },
      ],
      ...page,
    },
  },
  'get /audit': {
    answer: {
      audit: [
        {
          ...{
            seq: 2,
            id: '6f1c3f1e-8f0b-4b63-9a55-0b6c2f0a7d11',
            project: 'default',
            at: begun,
            actor: 'ada',
          },
          ...{
            role: 'operator',
            action: 'POST',
            target: `${paths.run}/approve`,
            reason: 'seen on staging',
            status: 200,
          },
          ...{ previous: 'c'.repeat(64), hash: 'd'.repeat(64) },
        },
      ],
      ...page,
    },
  },
  'post /ledger/rebuild': { body: { since: '2026-11-01T00:00:00Z', reason: 'the ledger was restored' } },
  'get /audit/check': { answer: { entries: 2, broken: null, head: { seq: 2, hash: 'd'.repeat(64) } } },
  'get /runs': {
    answer: {
      runs: [
        { ...overview, startedAt: begun, closedAt: ended, links: { self: paths.run, event: paths.event } },
      ],
      ...page,
    },
  },
  'post /runs': {
    body: { pipeline: 'deliver', repository: 'acme/shop', ref: 'refs/heads/main', inputs: { level: 'high' } },
    answer: { ...accepted, source: 'manual', runId, links: { ...accepted.links, run: paths.run } },
  },
  'get /runs/:id': { answer: run },
  'post /runs/:id/cancel': later,
  'post /runs/:id/retry': later,
  'post /runs/:id/approve': { body: { step: 'ask', ...reason }, answer: run },
  'post /runs/:id/reject': { body: { step: 'ask', ...reason }, answer: run },
  'post /runs/:id/promote': { body: reason, answer: run },
  'post /runs/:id/abort': { body: reason, answer: run },
  'post /runs/:id/resolve': { body: { step: 'migrate', action: 'done', ...reason }, answer: run },
  'get /lanes': { answer: { lanes: [lane] } },
  'get /lanes/:service/:environment': { answer: lane },
  'post /lanes/:service/:environment/rollback': { body: { release: release.id, ...reason }, answer: lane },
  'get /whoami': { answer: { name: 'ada', role: 'operator', teams: ['team-a'], environments: null } },
  'get /tokens': { answer: { tokens: [issued] } },
  'post /tokens': {
    body: { ...wanted, expiresIn: '90d', reason: 'releases to staging' },
    answer: { ...issued, token: `sgl_${issued.id}_${'A'.repeat(43)}` },
  },
  'post /tokens/:id/revoke': {
    body: reason,
    answer: { ...issued, status: 'revoked', revokedAt: ended, revokedBy: 'admin' },
  },
  'post /codec/encode': { body: clear, answer: closed },
  'post /codec/decode': { body: closed, answer: clear },
  'get /healthz': health,
  'get /readyz': health,
};
