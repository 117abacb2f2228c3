import type { SagalineEvent } from '../../src/domain/event';
import { SagalineError } from '../../src/domain/errors';
import type { CustomStepDefinition } from '../../src/ports';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { deciding, event, pipeline, push, registered, repository, type RouteOptions } from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const decide = (of: SagalineEvent, options?: RouteOptions) => deciding(fixture, of, options);
const main = 'refs/heads/main';

describe('names that sagaline.yaml does not know', () => {
  const known = `${registered}pools: [build]
environments:
  - { name: production, target: { kind: embedded }, metrics: { kind: router }, pool: deploy, allow: { repositories: [${repository}], refs: [${main}], pipelines: [p] } }
sinks: [{ name: chat, kind: log }]
people: [{ name: ada, token: "\${env:ADA}", teams: [team-a] }]
`;
  const step = (id: string, rest: string) => `  - { id: ${id}, ${rest} }\n`;
  const decideStep = async (rest: string, on = 'push', configuration = known) => {
    const text = `apiVersion: sagaline/v1\nname: p\non: [{ event: ${on} }]\nsteps:\n${step('one', rest)}`;
    const head = await fixture.commit({ '.sagaline/p.yaml': text });
    return (await decide(push(head), { configuration })).decisions;
  };

  it.each([
    ['uses: shell, with: { run: "true" }, runsOn: gpu', 'known pools are build, default, deploy'],
    ['uses: notify, with: { to: chta, message: hi }', 'known sinks are chat'],
    ['uses: approval, with: { teams: [team-a, team-b] }', 'known teams are team-a'],
  ])('start nothing: %s', async (rest, list) => {
    const [decision] = await decideStep(rest);
    expect(decision).toMatchObject({ pipeline: 'p', matched: false, runId: null });
    expect(decision?.reason).toContain(list);
    expect(await decideStep(rest, 'alert')).toMatchObject([{ reason: 'does not listen to push' }]);
  });

  it.each([
    'uses: shell, with: { run: "true" }, runsOn: deploy',
    'uses: shell, with: { run: "true" }, runsOn: default',
    'uses: notify, with: { to: chat, message: hi }',
    'uses: approval, with: { teams: [team-a] }',
  ])('are told from known ones: %s', async (rest) => {
    expect(await decideStep(rest)).toMatchObject([{ matched: true }]);
  });

  it('are no teams while nobody is listed: then the token of the platform decides', async () => {
    const approval = 'uses: approval, with: { teams: [team-b] }';
    expect(await decideStep(approval, 'push', registered)).toMatchObject([{ matched: true }]);
  });
});

describe('an event sent by hand with a token that may change some environments only', () => {
  const known = `${registered}environments:
  - { name: production, target: { kind: embedded }, metrics: { kind: router }, allow: { repositories: [${repository}], refs: [${main}], pipelines: [p] } }
`;
  const file = (rest: string) =>
    `apiVersion: sagaline/v1\nname: p\non: [{ event: manual }]\nsteps:\n  - { id: one, uses: shell, ${rest} with: { run: 'true' } }\n`;
  const started = async (rest: string, more: object) => {
    const commit = await fixture.commit({ '.sagaline/p.yaml': file(rest) });
    const data = { pipeline: 'p', repository, ref: main, commit, inputs: {}, author: 'release-bot', ...more };
    return (await decide(event('manual', data), { configuration: known })).decisions;
  };

  it.each([
    ['environment: production,', { environments: ['production'] }],
    ['environment: production,', {}],
    ['', { environments: ['staging'] }],
  ])('starts what stays within: %s %j', async (rest, more) => {
    expect(await started(rest, more)).toMatchObject([{ matched: true }]);
  });

  it('starts nothing beyond', async () => {
    const [decision] = await started('environment: production,', { environments: ['staging'] });
    expect(decision).toEqual({
      ...{ pipeline: 'p', matched: false, runId: null },
      reason: 'the token release-bot may change staging only, not production',
    });
  });
});

describe('user-written steps', () => {
  const definition = (faults: string[]): CustomStepDefinition => ({
    check: () => faults.map((message) => ({ path: ['channel'], message })),
    run: () => Promise.resolve(null),
  });
  const files = {
    '.sagaline/a.yaml': pipeline('deliver', '{ event: push }').replace('uses: shell', 'uses: page'),
    '.sagaline/b.yaml': pipeline('plain', '{ event: push }'),
  };
  const steps = (faults: string[] = []) => ({
    load: () => Promise.resolve(new Map([['page', definition(faults)]])),
  });

  it('are those that sagaline.yaml registers, with inputs that they accept', async () => {
    const head = await fixture.commit(files);
    const { started } = await decide(push(head), { customSteps: steps() });
    expect(started[0]?.pipeline.steps).toMatchObject([{ uses: 'custom', action: 'page' }]);
    const { decisions } = await decide(push(head), { customSteps: steps(['is no channel']) });
    expect(decisions).toMatchObject([
      { pipeline: '.sagaline/a.yaml', reason: expect.stringContaining('channel: is no channel') },
      { pipeline: 'plain', matched: true },
    ]);
  });

  it('that cannot be loaded keep no other pipeline from its run', async () => {
    const head = await fixture.commit(files);
    const error = new SagalineError('InvalidConfiguration', 'package pager is not installed');
    const { decisions } = await decide(push(head), { customSteps: { load: () => Promise.reject(error) } });
    expect(decisions).toMatchObject([
      { matched: false, reason: expect.stringContaining('package pager is not installed') },
      { pipeline: 'plain', matched: true },
    ]);
  });
});

describe('golden paths', () => {
  const golden = {
    'golden-paths/deliver.yaml': pipeline('deliver', '{ event: push }', 'golden'),
    'golden-paths/scan.yaml': pipeline('scan', '{ event: push }', 'golden'),
  };

  it('are pipelines of every repository, unless it has one of that name', async () => {
    const bare = await fixture.commit({ 'readme.md': 'nothing here' });
    expect((await decide(push(bare), { golden })).started.map((run) => run.pipeline.name)).toEqual([
      'deliver',
      'scan',
    ]);
    const head = await fixture.commit({
      '.sagaline/own.yaml': pipeline('deliver', '{ event: push }', 'own'),
    });
    const { started } = await decide(push(head), { golden });
    expect(started.map((run) => [run.pipeline.name, run.pipeline.steps[0]])).toMatchObject([
      ['deliver', { with: { run: 'own' } }],
      ['scan', { with: { run: 'golden' } }],
    ]);
  });

  it("never take the place of a repository's own file that has faults", async () => {
    const broken = pipeline('deliver', '{ event: push }').replace('uses: shell', 'uses: shel');
    const head = await fixture.commit({ '.sagaline/own.yaml': broken });
    const { decisions, started } = await decide(push(head), { golden });
    expect(decisions).toMatchObject([
      { pipeline: '.sagaline/own.yaml', matched: false },
      { pipeline: 'scan' },
    ]);
    expect(started).toHaveLength(1);
  });
});
