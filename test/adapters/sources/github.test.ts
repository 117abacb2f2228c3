import { eventKey, sha256Hex } from '../../../src/domain/identity';
import { github } from '../../../src/adapters/sources/github';
import { hasHmacSha256 } from '../../../src/adapters/sources/signature';
import { mainCommit, pullPayload, pushPayload } from '../../gateway/payloads';
import { hostile } from './hostile';

const receivedAt = '2026-01-02T03:04:05.000Z';

function read(name: string, payload: unknown) {
  const body = Buffer.from(JSON.stringify(payload));
  const headers = { 'x-github-event': name, 'x-github-delivery': 'd-1' };
  const [reading] = github.read({ headers, body, receivedAt });
  if (!reading) throw new Error('no event was read');
  return reading;
}

const zeros = '0'.repeat(40);

it("verifies GitHub's documented example", () => {
  const body = Buffer.from('Hello, World!');
  const hex = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  expect(hasHmacSha256(body, hex, ["It's a Secret to Everybody"])).toBe(true);
  expect(hasHmacSha256(body, hex, ["It's a secret to everybody"])).toBe(false);
  expect(hasHmacSha256(body, hex, [])).toBe(false);
});

describe('a push', () => {
  it('becomes an event with all that is known of it', () => {
    const payload = pushPayload();
    const { event, problem } = read('push', payload);
    expect(problem).toBeNull();
    expect(event).toEqual({
      key: eventKey('github', 'd-1'),
      bodyHash: sha256Hex(JSON.stringify(payload)),
      deliveryId: 'd-1',
      source: 'github',
      subject: 'acme/shop:refs/heads/main',
      kind: 'push',
      time: '2026-01-01T00:00:00.000Z',
      receivedAt,
      data: {
        repository: 'acme/shop',
        cloneUrl: 'https://git.example/acme/shop.git',
        ref: 'refs/heads/main',
        commit: mainCommit,
        previousCommit: null,
        deleted: false,
        created: true,
        author: 'ada',
        message: 'Offer discounts',
      },
    });
  });

  it('that deletes its ref has no commit', () => {
    const gone = { before: mainCommit, after: zeros, deleted: true, created: false, head_commit: null };
    expect(read('push', pushPayload(gone)).event.data).toMatchObject({
      commit: null,
      previousCommit: mainCommit,
      deleted: true,
      message: null,
    });
  });

  it('of a tag keeps the whole ref', () => {
    expect(read('push', pushPayload({ ref: 'refs/tags/v1' })).event).toMatchObject({
      kind: 'push',
      subject: 'acme/shop:refs/tags/v1',
    });
  });

  it('has its message cut between characters', () => {
    const message = `a${'😀'.repeat(5000)}`;
    const { event } = read('push', pushPayload({ head_commit: { message } }));
    expect(event.data['message']).toBe(`a${'😀'.repeat(511)}`);
  });

  it('loses NUL and lone surrogates of its texts', () => {
    const { event } = read('push', pushPayload({ head_commit: { message: 'a\u0000b\ud800' } }));
    expect(event.data['message']).toBe('ab\ufffd');
  });

  it('with a NUL in its ref is refused, not taken for another ref', () => {
    expect(read('push', pushPayload({ ref: 'refs/heads/ma\u0000in' })).problem).toMatch(/^ref: /);
  });

  it('names the field that is missing or wrong', () => {
    expect(read('push', pushPayload({ after: undefined })).problem).toMatch(/^after: is missing/);
    expect(read('push', pushPayload({ repository: 5 })).problem).toBe('repository: must be a map of fields');
    expect(read('push', pushPayload({ repository: { full_name: '../../etc' } })).problem).toMatch(
      /^repository: /,
    );
  });
});

describe('creation and deletion', () => {
  it.each([
    ['create', false],
    ['delete', true],
  ])('%s of a tag is a tag', (name, deleted) => {
    const payload = { ref: 'v1', ref_type: 'tag', repository: { full_name: 'acme/shop' } };
    expect(read(name, payload).event).toMatchObject({
      kind: 'tag',
      subject: 'acme/shop:refs/tags/v1',
      data: { repository: 'acme/shop', ref: 'refs/tags/v1', commit: null, deleted },
    });
  });

  it.each(['create', 'delete'])('%s of a branch is recorded only: its push is the event', (name) => {
    const payload = { ref: 'feature', ref_type: 'branch', repository: { full_name: 'acme/shop' } };
    const { event } = read(name, payload);
    expect(event).toMatchObject({ kind: 'custom', subject: 'acme/shop' });
    expect(event.data).not.toHaveProperty('ref');
  });
});

describe('a pull request', () => {
  it.each([
    ['opened', 'opened'],
    ['reopened', 'opened'],
    ['synchronize', 'updated'],
    ['edited', 'updated'],
    ['closed', 'closed'],
  ])('%s is %s', (action, expected) => {
    expect(read('pull_request', pullPayload({ action })).event).toMatchObject({
      kind: 'pull_request',
      subject: 'acme/shop:pull/7',
      time: '2026-01-01T10:00:00.000Z',
      data: {
        repository: 'acme/shop',
        action: expected,
        number: 7,
        commit: mainCommit,
        sourceRef: 'refs/heads/feature',
        targetRef: 'refs/heads/main',
        fork: false,
        title: 'Add offers',
        author: 'ada',
      },
    });
  });

  it('closed by a merge is merged', () => {
    const payload = pullPayload({ action: 'closed' }, { merged: true });
    expect(read('pull_request', payload).event.data['action']).toBe('merged');
  });

  it.each([{ full_name: 'mallory/shop' }, null])('of the repository %j is from a fork', (repo) => {
    const head = { ref: 'feature', sha: mainCommit, repo };
    expect(read('pull_request', pullPayload({}, { head })).event.data['fork']).toBe(true);
  });

  it('with any other action is recorded only', () => {
    expect(read('pull_request', pullPayload({ action: 'labeled' })).event).toMatchObject({
      kind: 'custom',
      subject: 'acme/shop',
      data: { event: 'pull_request', action: 'labeled' },
    });
  });
});

it.each(['ping', 'star', 'projects_v2_item'])('records %s as custom', (name) => {
  const { event, problem } = read(name, { zen: 'Keep it simple', repository: { full_name: 'acme/shop' } });
  expect(problem).toBeNull();
  expect(event).toMatchObject({ kind: 'custom', data: { event: name, repository: 'acme/shop' } });
});

const own = { full_name: 'acme/shop' };

describe('a release', () => {
  const payload = (change: object = {}, action = 'published') => ({
    action,
    repository: own,
    sender: { login: 'ada' },
    release: { tag_name: 'v1', name: 'First', draft: false, prerelease: true, ...change },
  });

  it('is recorded with the ref of its tag, so that a run builds the tag', () => {
    expect(read('release', payload()).event).toMatchObject({
      kind: 'custom',
      subject: 'acme/shop',
      data: { event: 'release', action: 'published', tag: 'v1', ref: 'refs/tags/v1', prerelease: true },
    });
  });

  it.each([
    ['of a draft', payload({ draft: true })],
    ['that is gone', payload({}, 'deleted')],
    ['of a tag that a shell would read', payload({ tag_name: '$(id)' })],
  ])('%s has no ref', (_, given) => {
    expect(read('release', given).event.data).not.toHaveProperty('ref');
  });
});

const workflowRun = (change: object = {}) => ({
  action: 'completed',
  repository: own,
  workflow_run: {
    id: 15891415,
    name: 'Tests',
    status: 'completed',
    conclusion: 'success',
    head_sha: mainCommit,
    head_branch: 'main',
    head_repository: own,
    html_url: 'https://github.com/acme/shop/actions/runs/15891415',
    updated_at: '2026-01-01T10:00:00Z',
    ...change,
  },
});
const checkRun = (change: object = {}, action = 'completed') => ({
  action,
  repository: own,
  check_run: {
    id: 7,
    name: 'lint',
    status: 'completed',
    conclusion: 'failure',
    head_sha: mainCommit,
    html_url: 'https://github.com/acme/shop/runs/7',
    completed_at: '2026-01-01T10:00:00Z',
    app: { slug: 'linter' },
    check_suite: { head_branch: 'main' },
    ...change,
  },
});

describe('a run of CI', () => {
  it('is of GitHub Actions', () => {
    expect(read('workflow_run', workflowRun()).event).toMatchObject({
      kind: 'ci_run',
      subject: 'acme/shop:ci/github-actions',
      time: '2026-01-01T10:00:00.000Z',
      data: {
        system: 'github-actions',
        runId: '15891415',
        name: 'Tests',
        status: 'success',
        repository: 'acme/shop',
        commit: mainCommit,
        branch: 'main',
        url: 'https://github.com/acme/shop/actions/runs/15891415',
      },
    });
  });

  it('or of another system that reports a check', () => {
    expect(read('check_run', checkRun()).event).toMatchObject({
      kind: 'ci_run',
      subject: 'acme/shop:ci/linter',
      data: { system: 'linter', runId: '7', name: 'lint', status: 'failure', commit: mainCommit },
    });
  });

  it('that has not ended has its status', () => {
    const unfinished = { status: 'in_progress', conclusion: null };
    expect(read('workflow_run', workflowRun(unfinished)).event.data['status']).toBe('in_progress');
  });

  it.each([
    ['workflow_run', workflowRun({ head_repository: { full_name: 'mallory/shop' } })],
    ['workflow_run', workflowRun({ head_repository: null })],
    ['check_run', checkRun({ check_suite: { head_branch: null } })],
  ])('of a fork, %s %#, lends neither its commit nor the name of its branch', (name, payload) => {
    expect(read(name, payload).event).toMatchObject({ kind: 'ci_run', data: { commit: null, branch: null } });
  });

  it.each(['rerequested', 'requested_action'])('is recorded only when a check is %s', (action) => {
    expect(read('check_run', checkRun({}, action)).event).toMatchObject({
      kind: 'custom',
      data: { event: 'check_run', action },
    });
  });
});

const deployment = (change: object = {}) => ({
  action: 'created',
  repository: own,
  deployment_status: { state: 'success', environment: 'production', creator: { login: 'ada' }, ...change },
  deployment: { environment: 'production', sha: mainCommit, ref: 'main' },
});

it('a status of a deployment is of the service that is called as the repository', () => {
  const { event } = read('deployment_status', deployment());
  expect(event).toMatchObject({
    kind: 'deployment',
    subject: 'shop:production',
    data: {
      service: 'shop',
      environment: 'production',
      status: 'success',
      revision: mainCommit,
      author: 'ada',
    },
  });
  // Whose pipeline files would be read at that commit, be it of a fork.
  expect(event.data).not.toHaveProperty('commit');
});

const digest = `sha256:${'ab'.repeat(32)}`;
const image = (tag: string) => ({
  name: 'shop',
  owner: { login: 'Acme' },
  package_version: {
    package_url: `ghcr.io/Acme/shop:${tag}`,
    container_metadata: { tag: { name: tag, digest }, manifest: { digest } },
  },
});

describe('a package', () => {
  it.each(['package', 'registry_package'])('%s of the container registry is an image', (name) => {
    expect(read(name, { action: 'published', [name]: image('1.2') }).event).toMatchObject({
      kind: 'image',
      subject: 'ghcr.io/acme/shop',
      data: { repository: 'ghcr.io/acme/shop', tag: '1.2', digest },
    });
  });

  it('without a tag or an address is one too', () => {
    const payload = {
      registry_package: {
        ...image(''),
        package_version: { container_metadata: { tag: { name: '', digest } } },
      },
    };
    expect(read('registry_package', payload).event.data).toEqual({
      repository: 'ghcr.io/acme/shop',
      tag: null,
      digest,
    });
  });

  it('of another registry is recorded only', () => {
    const payload = { action: 'published', package: { name: 'shop', package_version: { version: '1.0.0' } } };
    expect(read('package', payload).event).toMatchObject({ kind: 'custom', data: { event: 'package' } });
  });
});

const alert = (fields: object) => ({
  action: 'created',
  repository: own,
  alert: { state: 'open', ...fields },
});
const alerts = {
  dependabot_alert: alert({
    security_advisory: { ghsa_id: 'GHSA-8f4m-hccc-8qph', severity: 'medium', summary: 'Secrets in a log' },
  }),
  code_scanning_alert: alert({
    rule: { id: 'java/sql-injection', severity: 'error', description: 'A query of user input' },
    tool: { name: 'CodeQL' },
  }),
  secret_scanning_alert: alert({
    secret_type: 'github_token',
    secret_type_display_name: 'GitHub token',
    secret: 'the-secret-itself',
  }),
};

describe('an alert of security', () => {
  it.each([
    ['dependabot_alert', 'dependabot', 'medium', 'GHSA-8f4m-hccc-8qph'],
    ['code_scanning_alert', 'CodeQL', 'error', 'java/sql-injection'],
    ['secret_scanning_alert', 'secret-scanning', 'critical', 'github_token'],
  ] as const)('%s is a finding', (name, tool, severity, rule) => {
    const { event } = read(name, alerts[name]);
    expect(event).toMatchObject({
      kind: 'finding',
      subject: 'acme/shop',
      data: { tool, severity, rule, repository: 'acme/shop', status: 'open' },
    });
    expect(JSON.stringify(event)).not.toContain('the-secret-itself');
  });

  it('counts by its level where the rule has one', () => {
    const rule = { id: 'r', severity: 'error', security_severity_level: 'high' };
    expect(
      read('code_scanning_alert', alert({ rule, tool: { name: 'CodeQL' } })).event.data['severity'],
    ).toBe('high');
  });

  it.each(['fixed', 'dismissed', 'resolved'])('that is %s is resolved', (state) => {
    for (const name of Object.keys(alerts) as (keyof typeof alerts)[]) {
      const payload = { ...alerts[name], alert: { ...alerts[name].alert, state } };
      expect(read(name, payload).event.data['status']).toBe('resolved');
    }
  });
});

describe('a form', () => {
  const formHeaders = {
    'x-github-event': 'push',
    'x-github-delivery': 'd-1',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const readForm = (body: string) =>
    github.read({ headers: formHeaders, body: Buffer.from(body), receivedAt })[0];
  const payload = encodeURIComponent(JSON.stringify(pushPayload()));

  it('holds the same event, under the hash of what was signed', () => {
    expect(readForm(`payload=${payload}`)?.event).toEqual({
      ...read('push', pushPayload()).event,
      bodyHash: sha256Hex(`payload=${payload}`),
    });
  });

  it.each(['', 'other=1', 'payload=%7B', `payload=${payload}&payload=${payload}`])(
    '%# is refused',
    (body) => {
      expect(() => readForm(body)).toThrow(expect.objectContaining({ code: 'Malformed' }));
    },
  );

  it('that is not understood is kept as the JSON in it', () => {
    expect(readForm('payload=%7B%22a%22%3A1%7D')?.event.data['body']).toBe('{"a":1}');
  });
});

it.each(['x-gitea-event', 'x-forgejo-event'])('says where a delivery with %s belongs', (header) => {
  const delivery = {
    headers: { 'x-github-event': 'push', [header]: 'push' },
    body: Buffer.from('{}'),
    receivedAt,
  };
  expect(() => {
    github.verify(delivery, ['a secret']);
  }).toThrow(expect.objectContaining({ code: 'Malformed', detail: expect.stringContaining('/hooks/gitea') }));
});

const delivery = (name: string, payload: unknown) => ({
  name,
  headers: {
    'x-github-event': name,
    'x-github-delivery': 'd-1',
    'x-hub-signature-256': `sha256=${'ab'.repeat(32)}`,
    'content-type': 'application/json',
  },
  payload,
});
hostile(github, [
  delivery('push', pushPayload()),
  delivery('pull_request', pullPayload()),
  delivery('create', { ref: 'v1', ref_type: 'tag', repository: own }),
  delivery('ping', { zen: 'Keep it simple', repository: own }),
  delivery('release', { action: 'published', repository: own, release: { tag_name: 'v1', draft: false } }),
  delivery('workflow_run', workflowRun()),
  delivery('check_run', checkRun()),
  delivery('deployment_status', deployment()),
  delivery('registry_package', { registry_package: image('1') }),
  ...Object.entries(alerts).map(([name, payload]) => delivery(name, payload)),
]);
