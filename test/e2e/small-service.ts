import { join } from 'node:path';
import { stringify } from 'yaml';
import type { EventRecord } from '../../src/domain/event';
import type { RunView } from '../../src/domain/run';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { json, sendHook } from '../gateway/gateway';
import { pushPayload } from '../gateway/payloads';
import { startTestPlatform, type TestPlatform, until } from './platform';

export const repository = 'acme/shop';
export const mainRef = 'refs/heads/main';

/** Answers every request with its version. */
const server = `
const version = require('./version.json');
require('node:http').createServer((_request, response) => response.end(JSON.stringify(version)))
  .listen(Number(process.env.PORT), '127.0.0.1');
`;

export interface Change {
  version: string;
  /** The canary waits for more requests than anybody sends. */
  held?: true;
  /** Name of a file in the platform's folder without which the build, or the undo of the migration, does not go on. */
  buildNeeds?: string;
  undoNeeds?: string;
  /** Script of the step after the migration. */
  verify?: string;
  environment?: string;
}

/** A platform with one registered repository, whose service builds in no time. */
export interface SmallService extends TestPlatform {
  git: GitFixture;
  /** Commits, and sends the signed push. */
  push: (change: Change) => Promise<{ commit: string; event: string; runId: string }>;
  commit: (change: Change) => Promise<string>;
  /** What was decided about an event, once it is. */
  decided: (event: string) => Promise<EventRecord>;
}

export async function startSmallService(): Promise<SmallService> {
  const git = await createGitFixture();
  const platform = await startTestPlatform({ configuration: () => configuration(git.origin) });
  const decided = (event: string): Promise<EventRecord> =>
    until(
      () => platform.read(`/events/${event}`) as Promise<EventRecord>,
      ({ status }) => status === 'routed',
    );
  const commit = ({ version, ...change }: Change) =>
    git.commit({
      'server.js': server,
      'version.json': JSON.stringify({ version }),
      '.sagaline/deliver.yaml': pipeline(platform.folder, change),
    });
  let before = '0'.repeat(40);
  return {
    ...platform,
    git,
    commit,
    decided,
    async push(change) {
      const after = await commit(change);
      const payload = pushPayload({ before, after, created: false });
      before = after;
      const { id } = (await json(await sendHook(platform.url, payload))) as { id: string };
      const { decisions } = await decided(id);
      const runId = decisions[0]?.runId;
      if (!runId) throw new Error(`no run: ${JSON.stringify(decisions)}`);
      return { commit: after, event: id, runId };
    },
    async stop() {
      await platform.stop();
      await git.remove();
    },
  };
}

export const isClosed = ({ status }: RunView): boolean =>
  ['succeeded', 'failed', 'cancelled', 'superseded', 'rolled-back'].includes(status);

const configuration = (url: string) => ({
  apiVersion: 'sagaline/v1',
  repositories: [{ name: repository, url }],
  services: [{ name: 'shop', repository }],
  environments: ['production', 'guarded'].map((name) => ({
    name,
    target: { kind: 'embedded' },
    metrics: { kind: 'router' },
    allow: {
      repositories: [repository],
      refs: [name === 'production' ? mainRef : 'refs/heads/release'],
      pipelines: ['deliver'],
    },
  })),
});

const neverJudged = { minSamples: 1_000_000, checks: [{ name: 'errors', query: 'error-rate', max: 0.01 }] };

function pipeline(folder: string, change: Omit<Change, 'version'>): string {
  const { held, buildNeeds, undoNeeds, verify = 'true', environment = 'production' } = change;
  const needs = (file: string | undefined) => (file === undefined ? 'true' : `test -e '${join(folder, file)}'`);
  const copy = 'mkdir dist && cp server.js version.json dist/';
  return stringify({
    apiVersion: 'sagaline/v1',
    name: 'deliver',
    on: [{ event: 'push', when: `event.data.ref == "${mainRef}"` }],
    steps: [
      {
        id: 'build',
        uses: 'shell',
        with: { run: `until ${needs(buildNeeds)}; do sleep 0.1; done; ${copy}` },
        artifacts: ['dist/**'],
      },
      {
        id: 'migrate',
        needs: ['build'],
        uses: 'shell',
        with: { run: 'echo migrated' },
        compensate: { uses: 'shell', with: { run: needs(undoNeeds) } },
      },
      { id: 'verify', needs: ['migrate'], uses: 'shell', with: { run: verify } },
      {
        id: 'release',
        needs: ['verify'],
        uses: 'canary',
        with: {
          ...{ service: 'shop', environment, artifact: 'build', start: 'node dist/server.js' },
          ...{ weights: [50], interval: '300ms', ...(held && neverJudged) },
        },
      },
    ],
  });
}
