import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { push as bitbucketPush, pushOf, newTip, oldTip } from '../adapters/sources/examples/bitbucket';
import { push as giteaPush } from '../adapters/sources/examples/gitea';
import { push as gitlabPush } from '../adapters/sources/examples/gitlab';
import { standardHeaders } from '../adapters/sources/standard-signing';
import { expectProblem, json, sendHook, sign, signalled, startGateway, type TestGateway } from './gateway';
import { pathsOf, pushPayload, withValue } from './payloads';

const secret = 'a secret of the forges';
const signingToken = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(undefined, { secretsOf: () => Promise.resolve([secret, signingToken]) });
});
afterAll(() => gateway.stop());

const hex = (body: string) => createHmac('sha256', secret).update(body).digest('hex');
const now = () => Math.floor(Date.now() / 1000);

function send(source: string, headers: Record<string, string>, body: string): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers };
  return fetch(`${gateway.url}/hooks/${source}`, { method: 'POST', headers: all, body });
}

const gitlab = (headers: Record<string, string>, body = JSON.stringify(gitlabPush)) =>
  send('gitlab', { 'x-gitlab-event': 'Push Hook', 'idempotency-key': randomUUID(), ...headers }, body);
const gitea = (signature: string, body: string, source = 'gitea') => {
  const headers = {
    'x-gitea-event': 'push',
    'x-github-event': 'push',
    'x-hub-signature-256': `sha256=${signature}`,
  };
  const ids = { 'x-gitea-delivery': randomUUID(), 'x-github-delivery': randomUUID() };
  return send(source, { ...headers, ...ids, 'x-gitea-signature': signature }, body);
};
const bitbucket = (payload: unknown, id: string = randomUUID()) => {
  const body = JSON.stringify(payload);
  const headers = {
    'x-event-key': 'repo:push',
    'x-request-uuid': id,
    'x-hub-signature': `sha256=${hex(body)}`,
  };
  return send('bitbucket', headers, body);
};

/** The events that were made durable by an answer. */
const durable = async (accepted: { inbox: string; deliveryId: string }) =>
  (await signalled(gateway.client, accepted.inbox)).filter(
    ({ deliveryId }) => deliveryId === accepted.deliveryId,
  );

describe('GitLab', () => {
  it.each([
    ['a token', () => ({ 'x-gitlab-token': secret })],
    ['a signature', () => standardHeaders(signingToken, JSON.stringify(gitlabPush), { seconds: now() })],
  ])('is taken at its word by %s', async (_, headers) => {
    const answer = await gitlab(headers());
    expect(answer.status).toBe(202);
    const accepted = await json(answer);
    expect(accepted).toMatchObject({ source: 'gitlab', subject: 'mike/diaspora:refs/heads/master' });
    expect(await durable(accepted)).toEqual([expect.objectContaining({ kind: 'push', source: 'gitlab' })]);
  });

  it('is refused with a signature that is old, also beside a right token', async () => {
    const signed = standardHeaders(signingToken, JSON.stringify(gitlabPush), { seconds: now() - 301 });
    await expectProblem(await gitlab(signed), 401, 'Unauthenticated');
    await expectProblem(await gitlab({ ...signed, 'x-gitlab-token': secret }), 401, 'Unauthenticated');
  });
});

describe('Gitea', () => {
  const body = JSON.stringify(giteaPush);

  it('is accepted where it belongs', async () => {
    const answer = await gitea(hex(body), body);
    expect(answer.status).toBe(202);
    expect(await json(answer)).toMatchObject({
      source: 'gitea',
      subject: 'gitea/webhooks:refs/heads/develop',
    });
    await expectProblem(await gitea(hex('{}'), body), 401, 'Unauthenticated');
  });

  it('is told where it belongs when it comes as GitHub', async () => {
    const problem = await expectProblem(await gitea(hex(body), body, 'github'), 400, 'Malformed');
    expect(problem['detail']).toContain('/hooks/gitea');
  });
});

describe('Bitbucket', () => {
  it('is answered with a list, also of one', async () => {
    const answer = await bitbucket(bitbucketPush, 'one');
    expect(answer.status).toBe(202);
    expect(await json(answer)).toMatchObject([{ source: 'bitbucket', deliveryId: 'one' }]);
  });

  it('has each change of a push made durable, and answered alike when it comes again', async () => {
    const other = { new: { ...newTip, name: 'other' }, old: null };
    const payload = pushOf({ new: newTip, old: oldTip }, other);
    const accepted = await json(await bitbucket(payload, 'two'));
    expect(accepted).toMatchObject([
      { deliveryId: 'two/0', subject: 'team_name/repo_name:refs/heads/name-of-branch' },
      { deliveryId: 'two/1', subject: 'team_name/repo_name:refs/heads/other' },
    ]);
    for (const one of accepted) expect(await durable(one)).toHaveLength(1);
    expect(await json(await bitbucket(payload, 'two'))).toEqual(accepted);
  });

  it('is told which change is not understood, with all that were taken', async () => {
    const strange = { new: { ...newTip, name: '$(id)' }, old: null };
    const answer = await bitbucket(pushOf({ new: newTip, old: oldTip }, strange), 'three');
    const problem = await expectProblem(answer, 422, 'NotUnderstood');
    expect(problem).toMatchObject({
      deliveryId: 'three/1',
      detail: expect.stringMatching(/^ref: /),
      events: [{ deliveryId: 'three/0' }, { deliveryId: 'three/1' }],
    });
  });
});

describe('Standard Webhooks', () => {
  const body = JSON.stringify({ type: 'invoice.paid', data: { amount: 7 } });
  const standard = (headers: Record<string, string>) => send('standard', headers, body);

  it('are accepted under the id that is signed', async () => {
    const answer = await standard(standardHeaders(signingToken, body, { id: 'msg_7', seconds: now() }));
    expect(answer.status).toBe(202);
    expect(await json(answer)).toMatchObject({ source: 'standard', deliveryId: 'msg_7', subject: 'custom' });
  });

  it('are refused without a right signature, or outside their time', async () => {
    const signed = standardHeaders(signingToken, body, { seconds: now() });
    await expectProblem(await standard({ ...signed, 'webhook-id': 'msg_8' }), 401, 'Unauthenticated');
    const early = standardHeaders(signingToken, body, { seconds: now() + 400 });
    await expectProblem(await standard(early), 401, 'Unauthenticated');
  });
});

it("takes GitHub's forms", async () => {
  const body = `payload=${encodeURIComponent(JSON.stringify(pushPayload()))}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-hub-signature-256': sign(body, secret),
  };
  const answer = await sendHook(gateway.url, body, { headers });
  expect(answer.status).toBe(202);
  expect(await json(answer)).toMatchObject({ subject: 'acme/shop:refs/heads/main' });
});

describe('a delivery of any shape', () => {
  const senders: [string, unknown, (body: string) => Promise<Response>][] = [
    ['gitlab', gitlabPush, (body) => gitlab({ 'x-gitlab-token': secret }, body)],
    ['gitea', giteaPush, (body) => gitea(hex(body), body)],
    ['bitbucket', bitbucketPush, (body) => bitbucket(JSON.parse(body))],
    [
      'standard',
      { type: 'dev.sagaline.push', data: { repository: 'acme/shop', ref: 'refs/heads/main' } },
      (body) =>
        send('standard', standardHeaders(signingToken, body, { id: randomUUID(), seconds: now() }), body),
    ],
  ];

  it.each(senders)('of %s is answered without a fault of its own', async (_, payload, deliver) => {
    const mutated = fc
      .tuple(fc.constantFrom(...pathsOf(payload)), fc.jsonValue())
      .map(([path, value]) => withValue(payload, path, value));
    await fc.assert(
      fc.asyncProperty(mutated, async (content) => {
        const answer = await deliver(JSON.stringify(content));
        expect([202, 422]).toContain(answer.status);
        await answer.text();
      }),
      { numRuns: 25 },
    );
  });
});
