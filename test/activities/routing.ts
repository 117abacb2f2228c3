import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createRoute, type Routed, type RouteInput } from '../../activities/route';
import { parseConfiguration } from '../../src/domain/configuration-file';
import type { CommitStatus } from '../../src/domain/commit-status';
import type { Decision, EventRecord, SagalineEvent } from '../../src/domain/event';
import type { RunInput } from '../../src/domain/run';
import type { CustomSteps, PipelineSchedule, RefusedSchedule } from '../../src/ports';
import type { GitFixture } from '../adapters/repositories/fixture';

export const repository = 'acme/shop';
export const subject = 'acme/shop:refs/heads/main';
export const registered = `apiVersion: sagaline/v1\nrepositories: [{ name: ${repository}, url: /unused }]\n`;

/** A pipeline file with these triggers and one step. */
export const pipeline = (name: string, on: string, script = 'true', more = '') => `apiVersion: sagaline/v1
name: ${name}
on: [${on}]
${more}steps:
  - { id: build, uses: shell, with: { run: '${script}' } }
`;

export const event = (
  kind: SagalineEvent['kind'],
  data: SagalineEvent['data'],
  change: Partial<SagalineEvent> = {},
): SagalineEvent => ({
  ...{ key: 'k', bodyHash: '', deliveryId: 'd', source: 'github', subject, kind, data },
  time: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  ...change,
});

export const push = (commit: string | null, more: SagalineEvent['data'] = {}): SagalineEvent =>
  event('push', { repository, ref: 'refs/heads/main', commit, ...more });

export const order = { time: 1, counter: 1 };

export interface RouteOptions {
  askHead?: boolean;
  attempt?: number;
  configuration?: string;
  /** Files of the platform's own pipelines by path. */
  golden?: Record<string, string>;
  customSteps?: CustomSteps;
  /** Schedules that are refused, whatever is asked for. */
  refused?: RefusedSchedule[];
}

export interface Routing {
  routed: Routed[];
  started: RunInput[];
  /** Events that waiting runs were told of. */
  offered: SagalineEvent[];
  /** What the ledger is told. */
  recorded: EventRecord[];
  /** What the host of the repository is to be told. */
  statuses: CommitStatus[];
  /** What each look at the schedules wanted. */
  synced: PipelineSchedule[][];
}

/** Routes events on a real repository, and says what would come of it. */
export async function routing(
  { repositories }: GitFixture,
  events: SagalineEvent[],
  options: RouteOptions = {},
): Promise<Routing> {
  const { askHead = false, attempt = 1, configuration = registered, golden = {}, refused = [] } = options;
  const { customSteps = { load: () => Promise.resolve(new Map()) } } = options;
  const found: Routing = { routed: [], started: [], offered: [], recorded: [], statuses: [], synced: [] };
  const platform = Object.entries(golden).map(([path, text]) => ({ path, text }));
  const activity = createRoute({
    configuration: { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', configuration)) },
    repositories,
    customSteps,
    ledger: {
      recordEvent: (_project, record) => found.recorded.push(record),
      recordStatus: (_project, status) => found.statuses.push(status),
    },
    goldenPaths: { files: () => Promise.resolve(platform) },
    workflows: {
      startRun(input) {
        found.started.push(input);
        return Promise.resolve(`run:${input.pipeline.name}`);
      },
      offerEvent(_project, of) {
        found.offered.push(of);
        return Promise.resolve();
      },
      syncSchedules(_project, _repository, schedules) {
        found.synced.push(schedules);
        return Promise.resolve({ changed: false, refused });
      },
    },
  });
  const environment = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
  const items = events.map((of) => ({ event: of, order, askHead }));
  const input: RouteInput = { project: 'default', items };
  found.routed = await environment.run<[RouteInput], Routed[], typeof activity>(activity, input);
  return found;
}

/** What was decided about a single event. */
export async function deciding(fixture: GitFixture, of: SagalineEvent, options?: RouteOptions) {
  const found = await routing(fixture, [of], options);
  return { ...found, decisions: found.routed.flatMap(({ decisions }) => decisions) };
}

export const nothing = (reason: unknown): Decision[] => [
  { pipeline: null, matched: false, reason: reason as string, runId: null },
];
