import { createHmac, randomUUID } from 'node:crypto';
import { alertOf, groupOf } from '../adapters/sources/alerts';
import { push as bitbucketPush } from '../adapters/sources/examples/bitbucket';
import { push as giteaPush } from '../adapters/sources/examples/gitea';
import { push as gitlabPush } from '../adapters/sources/examples/gitlab';
import { token } from './gateway';
import { pushPayload } from './payloads';

/** The secrets of every source: one for HMACs and tokens, and one in the form of Standard Webhooks. */
export const senderSecrets = ['a-secret-of-all-senders', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
const [secret = '', signingSecret = ''] = senderSecrets;

/** A sender that the gateway believes: its path, a payload that it sends, and the headers that vouch for a body. */
export interface Sender {
  path: string;
  payload: unknown;
  headers: (body: Buffer) => Record<string, string>;
}

const hex = (body: Buffer) => createHmac('sha256', secret).update(body).digest('hex');
const bearer = () => ({ authorization: `Bearer ${secret}` });
const digest = `sha256:${'a'.repeat(64)}`;
const harborData = {
  resources: [{ digest, tag: 'v1', resource_url: 'harbor.example/acme/shop:v1' }],
  repository: {
    name: 'shop',
    namespace: 'acme',
    repo_full_name: 'acme/shop',
    date_created: 1,
    repo_type: 'private',
  },
};
const cloudEvent = (change: object = {}) => ({
  ...{ specversion: '1.0', id: '1', source: '/ci', type: 'com.example.built', subject: 'acme/shop' },
  ...{ time: '2026-01-01T00:00:00Z', data: { name: 'nightly' }, ...change },
});

/** Signed over the bytes themselves, which may be no text at all. */
function signedAsStandard(body: Buffer): Record<string, string> {
  const [id, seconds] = [randomUUID(), String(Math.floor(Date.now() / 1000))];
  const key = Buffer.from(signingSecret.replace('whsec_', ''), 'base64');
  const digestOf = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${digestOf}` };
}

/** One of each source, and each way to send CloudEvents. */
export const senders: Readonly<Record<string, Sender>> = {
  github: {
    path: '/hooks/github',
    payload: pushPayload(),
    headers: (body) => ({
      ...{ 'x-github-event': 'push', 'x-github-delivery': randomUUID() },
      'x-hub-signature-256': `sha256=${hex(body)}`,
    }),
  },
  gitlab: {
    path: '/hooks/gitlab',
    payload: gitlabPush,
    headers: () => ({
      ...{ 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': secret, 'idempotency-key': randomUUID() },
    }),
  },
  gitea: {
    path: '/hooks/gitea',
    payload: giteaPush,
    headers: (body) => ({
      ...{ 'x-gitea-event': 'push', 'x-gitea-delivery': randomUUID(), 'x-gitea-signature': hex(body) },
    }),
  },
  bitbucket: {
    path: '/hooks/bitbucket',
    payload: bitbucketPush,
    headers: (body) => ({
      ...{ 'x-event-key': 'repo:push', 'x-request-uuid': randomUUID() },
      'x-hub-signature': `sha256=${hex(body)}`,
    }),
  },
  standard: {
    path: '/hooks/standard',
    payload: { type: 'invoice.paid', timestamp: '2026-01-01T00:00:00Z', data: { repository: 'acme/shop' } },
    headers: signedAsStandard,
  },
  registry: {
    path: '/hooks/registry',
    payload: {
      events: [
        {
          ...{ id: '1', timestamp: '2026-01-01T00:00:00Z', action: 'push', request: { host: 'r.example' } },
          target: {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            ...{ digest, repository: 'acme/shop', tag: 'v1', url: 'https://r.example/v2/acme/shop' },
          },
          actor: { name: 'ada' },
        },
      ],
    },
    headers: bearer,
  },
  dockerhub: {
    path: `/hooks/dockerhub?token=${secret}`,
    payload: {
      push_data: { pushed_at: 1_417_566_161, tag: 'latest', pusher: 'ada' },
      repository: { repo_name: 'acme/shop' },
    },
    headers: () => ({}),
  },
  harbor: {
    path: '/hooks/harbor',
    payload: { type: 'PUSH_ARTIFACT', occur_at: 1_680_501_893, operator: 'ada', event_data: harborData },
    headers: bearer,
  },
  alertmanager: { path: '/hooks/alertmanager', payload: groupOf(alertOf()), headers: bearer },
  grafana: { path: '/hooks/grafana', payload: groupOf(alertOf()), headers: bearer },
  'CloudEvents, structured': {
    path: '/events',
    payload: cloudEvent(),
    headers: () => ({ 'content-type': 'application/cloudevents+json', authorization: `Bearer ${token}` }),
  },
  'CloudEvents, batched': {
    path: '/events',
    payload: [cloudEvent(), cloudEvent({ id: '2' })],
    headers: () => ({
      'content-type': 'application/cloudevents-batch+json',
      authorization: `Bearer ${token}`,
    }),
  },
  'CloudEvents, binary': {
    path: '/events',
    payload: { name: 'nightly' },
    headers: () => ({
      ...{ 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...{
        'ce-specversion': '1.0',
        'ce-id': randomUUID(),
        'ce-source': '/ci',
        'ce-type': 'com.example.built',
      },
    }),
  },
};

/** Sends bytes as a sender whom the gateway believes. */
export function sendAs({ path, headers }: Sender, url: string, body: Buffer): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers(body) };
  return fetch(`${url}${path}`, { method: 'POST', headers: all, body });
}
