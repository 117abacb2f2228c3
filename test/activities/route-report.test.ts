import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { deciding, event, pipeline, push, repository, type RouteOptions } from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const configuration = (report: string) => `apiVersion: sagaline/v1
repositories:
  - { name: ${repository}, url: /unused${report} }
credentials: [{ name: bot, host: api.github.com, secret: "\${env:BOT}" }]
`;
const told = configuration(', report: { kind: github, url: "https://api.github.com", credential: bot }');
const files = {
  '.sagaline/good.yaml': pipeline('good', '{ event: push }'),
  '.sagaline/bad.yaml': pipeline('bad', '{ event: psuh }'),
};
const statuses = async (of: Parameters<typeof deciding>[1], options: RouteOptions = {}) =>
  (await deciding(fixture, of, { configuration: told, ...options })).statuses;

it('tells of the files that cannot be used, and of no others', async () => {
  const head = await fixture.commit(files);
  expect(await statuses(push(head))).toEqual([
    {
      repository,
      commit: head,
      context: 'sagaline/bad.yaml',
      state: 'error',
      description: expect.stringMatching(/^\.sagaline\/bad\.yaml:3:\d+: on\[0\]\.event: /),
      link: expect.stringMatching(/^\/events\/evt_/),
      since: '2026-01-01T00:00:00.000Z',
    },
  ]);
});

it('tells nothing of a repository without `report`', async () => {
  const head = await fixture.commit(files);
  expect(await statuses(push(head), { configuration: configuration('') })).toEqual([]);
});

it("tells nothing of files that the event's commit did not bring: a fork's, an alert's, the platform's own", async () => {
  const target = await fixture.commit(files);
  const head = await fixture.commit({ 'README.md': 'x' });
  const fork = { repository, commit: target.replace(/^./, '0'), fork: true, targetRef: 'main' };
  expect(await statuses(event('pull_request', fork))).toEqual([]);
  expect(await statuses(event('alert', { status: 'firing' }))).toEqual([]);
  const golden = { 'golden-paths/odd.yaml': 'apiVersion: sagaline/v1\nname: odd\n' };
  expect(await statuses(push(head), { golden })).toHaveLength(1);
});
