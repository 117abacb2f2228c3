import { readdir } from 'node:fs/promises';
import { secretsOf } from '../../activities/secrets';
import { parseConfiguration } from '../../src/domain/configuration-file';
import type { EventKind, SagalineEvent } from '../../src/domain/event';
import { ownSource } from '../../src/domain/cdevents';
import { refOf } from '../../src/domain/run';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { deciding, event, nothing, pipeline, registered, repository, type RouteOptions } from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const decide = (of: SagalineEvent, options?: RouteOptions) => deciding(fixture, of, options);
const main = 'refs/heads/main';
const production = `environments:
  - name: production
    target: { kind: embedded }
    metrics: { kind: router }
    allow: { repositories: [${repository}], refs: [${main}], pipelines: [p] }
    secrets: [DB_URL]
`;
const configuration = {
  current: () => Promise.resolve(parseConfiguration('sagaline.yaml', `${registered}${production}`)),
};

/** What a step of the run is given when it asks for a secret of production. */
async function secretFor(run: Awaited<ReturnType<typeof decide>>['started'][number] | undefined) {
  if (!run) throw new Error('nothing was started');
  const change = { repository, ref: refOf(run), pipeline: 'p', kind: run.event.kind };
  const ports = { configuration, secrets: { resolve: () => Promise.resolve({ DB_URL: 'given' }) } };
  return secretsOf(ports, { environment: 'production', secrets: ['DB_URL'], change }).then(
    ({ DB_URL: value }) => value,
    (error: unknown) => (error as { code: string }).code,
  );
}

describe('a report that mentions a commit', () => {
  const kinds: EventKind[] = ['ci_run', 'custom', 'deployment', 'finding'];
  /** A commit of a branch whose own files listen to everything and are nobody's but its author's. */
  async function evil(): Promise<{ head: string; commit: string }> {
    const on = kinds.map((kind) => `{ event: ${kind} }`).join(', ');
    const head = await fixture.commit({ '.sagaline/p.yaml': pipeline('p', on, 'make check') });
    await fixture.git('checkout', '-q', '-b', 'evil');
    const commit = await fixture.commit({ '.sagaline/p.yaml': pipeline('p', on, 'make evil') });
    await fixture.git('checkout', '-q', 'main');
    return { head, commit };
  }

  it.each(kinds)(
    '%s is handled by the definition of the default branch, and may not deploy',
    async (kind) => {
      const { commit } = await evil();
      const { started } = await decide(event(kind, { repository, commit, ref: main }, { source: ownSource }));
      expect(started).toMatchObject([
        { commit, refUnproven: true, pipeline: { steps: [{ with: { run: 'make check' } }] } },
      ]);
      expect(await secretFor(started[0])).toBe('NotAllowed');
      const without = await decide(event(kind, { repository, commit }));
      expect(await secretFor(without.started[0])).toBe('NotAllowed');
    },
  );

  it('counts as one of its ref where the repository agrees', async () => {
    const { head } = await evil();
    for (const named of [{ commit: head, ref: main }, { ref: main }]) {
      const { started } = await decide(event('custom', { repository, ...named }));
      expect(started).toMatchObject([{ commit: head }]);
      expect(await secretFor(started[0])).toBe('given');
    }
  });

  it('is of the default branch where it mentions none, and nothing where commit or ref are not there', async () => {
    const { head, commit } = await evil();
    expect((await decide(event('ci_run', { repository }))).started).toMatchObject([{ commit: head }]);
    const gone = 'refs/heads/gone';
    expect((await decide(event('custom', { repository, ref: gone }))).decisions).toEqual(
      nothing(`there is no ref ${gone}`),
    );
    const missing = event('ci_run', { repository, commit: 'd'.repeat(40) });
    expect((await decide(missing, { attempt: 3 })).decisions).toMatchObject([{ matched: false }]);
    // Every repository is asked about an event of none, whose commit is of none of them either.
    const { started } = await decide(event('custom', { commit, ref: main }));
    expect(started).toMatchObject([{ commit: head, refUnproven: true }]);
  });

  it('changes nothing for the kinds that are changes of the repository', async () => {
    await fixture.commit({ '.sagaline/p.yaml': pipeline('p', '{ event: push }', 'make old') });
    await fixture.git('checkout', '-q', '-b', 'topic');
    const commit = await fixture.commit({ '.sagaline/p.yaml': pipeline('p', '{ event: push }', 'make new') });
    await fixture.git('checkout', '-q', 'main');
    const { started } = await decide(event('push', { repository, ref: 'refs/heads/topic', commit }));
    expect(started).toMatchObject([{ commit, pipeline: { steps: [{ with: { run: 'make new' } }] } }]);
    expect(started[0]).not.toHaveProperty('refUnproven');
  });
});

describe("a fork's pull request", () => {
  const pullRequest = async (fork: boolean, more: string) => {
    const commit = await fixture.commit({ '.sagaline/p.yaml': pipeline('p', '{ event: pull_request }') });
    const data = { repository, action: 'opened', number: 7, commit, targetRef: 'main', fork };
    return decide(event('pull_request', data), { configuration: `${registered}${more}` });
  };
  const withForks = (forks: string) => ({
    configuration: registered.replace('url: /unused', `url: /unused, forks: ${forks}`),
  });

  it('waits for one of the teams that own a service of the repository', async () => {
    const services = `services:
  - { name: shop, repository: ${repository}, owner: team-a }
  - { name: cart, repository: ${repository}, owner: team-a }
  - { name: mail, repository: ${repository} }
`;
    const { started, decisions } = await pullRequest(true, services);
    expect(started).toMatchObject([{ fork: { teams: ['team-a'] } }]);
    expect(decisions).toMatchObject([{ matched: true }]);
    expect(await secretFor(started[0])).toBe('NotAllowed');
  });

  it('waits for anybody where none has an owner; one of the repository itself does not wait', async () => {
    expect((await pullRequest(true, '')).started).toMatchObject([{ fork: { teams: [] } }]);
    expect((await pullRequest(false, '')).started[0]).not.toHaveProperty('fork');
  });

  it('runs at once or not at all where sagaline.yaml says so', async () => {
    const commit = await fixture.commit({ '.sagaline/p.yaml': pipeline('p', '{ event: pull_request }') });
    const data = { repository, action: 'opened', number: 7, commit, targetRef: 'main', fork: true };
    const of = event('pull_request', data);
    const atOnce = await decide(of, withForks('run'));
    expect([atOnce.started.length, atOnce.started[0]?.fork]).toEqual([1, undefined]);
    const { started, decisions } = await decide(of, withForks('ignore'));
    const reason = 'a pull request of a fork, which sagaline.yaml ignores for this repository';
    expect([started, decisions]).toEqual([[], [{ pipeline: 'p', matched: false, reason, runId: null }]]);
  });
});

describe('a pull request whose sender cuts its commit id', () => {
  const cut = (start: string | null, more: SagalineEvent['data'] = {}) => {
    const refs = { sourceRef: 'refs/heads/change', targetRef: main };
    const data = { repository, action: 'opened', number: 7, commit: null, commitStart: start, ...refs };
    return decide(event('pull_request', { ...data, fork: false, ...more }));
  };
  /** Two commits of the pull request's branch, by their own files. */
  async function changes(): Promise<[string, string]> {
    const on = '{ event: pull_request, paths: ["a"] }';
    await fixture.commit({ '.sagaline/p.yaml': pipeline('p', on, 'make check') });
    await fixture.git('checkout', '-q', '-b', 'change');
    const first = await fixture.commit({ a: '1' });
    return [first, await fixture.commit({ a: '2' })];
  }

  it('runs that commit of its branch, and the run finds its whole id in the event', async () => {
    const [first, second] = await changes();
    const { started } = await cut(first.slice(0, 12));
    expect(started).toMatchObject([{ commit: first, event: { data: { commit: first } } }]);
    expect(refOf(started[0] as never)).toBeNull();
    expect((await cut(null)).started).toMatchObject([{ commit: second }]);
  });

  it('finds the commit in the target branch when its own is gone', async () => {
    const [first] = await changes();
    await fixture.git('branch', '-q', '-f', 'main', 'change');
    await fixture.git('checkout', '-q', 'main');
    await fixture.git('branch', '-q', '-D', 'change');
    // Against the branch that holds it already nothing has changed: only a pipeline without `paths` runs.
    const { decisions } = await cut(first.slice(0, 12), { action: 'merged' });
    expect(decisions).toMatchObject([{ pipeline: 'p', reason: expect.stringContaining('path') }]);
  });

  it('starts nothing where no commit of these branches begins so, or it is of a fork', async () => {
    const [first] = await changes();
    expect((await cut('0'.repeat(12))).decisions).toEqual(
      nothing(`no commit, or more than one, of refs/heads/change and ${main} begins with ${'0'.repeat(12)}`),
    );
    const { started, decisions } = await cut(first.slice(0, 12), { fork: true });
    expect([started.length, decisions[0]?.reason]).toEqual([0, expect.stringContaining('of a fork')]);
  });
});

test('the address in a payload is never fetched from', async () => {
  const other = await createGitFixture();
  const on = { '.sagaline/p.yaml': pipeline('p', '{ event: push }') };
  const [commit, foreign] = [await fixture.commit(on), await other.commit({ ...on, more: '1' })];
  const of = (named: string, cloneUrl: string) =>
    decide(event('push', { repository, ref: main, commit: named, cloneUrl }), { attempt: 3 });
  expect((await of(foreign, other.origin)).started).toEqual([]);
  expect((await of(commit, `ext::sh -c "touch ${fixture.folder}/proof"`)).started).toMatchObject([
    { commit },
  ]);
  expect(await readdir(fixture.folder)).not.toContain('proof');
  await other.remove();
});
