import type { Activities } from '../../activities';
import type { Observation } from '../../activities/release';
import type { ShellInput } from '../../activities/shell';
import { expand, type Plan } from '../../src/domain/expand';
import { laneId } from '../../src/domain/identity';
import type { Finish, Grant } from '../../src/domain/lane';
import type { Pipeline } from '../../src/domain/pipeline';
import { pipelineSchema } from '../../src/domain/pipeline';
import type { Backend, DesiredTraffic, Fence, Measurement, Release } from '../../src/domain/release';
import type { RunInput } from '../../src/domain/run';

/** A scripted outside world: what activities would do, written down in order. */
export interface World {
  /** What happened, one short line each, such as `step build` or `shift 10`. */
  log: string[];
  fences: Fence[];
  traffic: DesiredTraffic | undefined;
  finished: Finish[];
  activities: Activities;
}

export interface Script {
  /** Called for each shell activity; throws to make it fail. */
  shell?: (input: ShellInput) => Promise<string> | string;
  measure?: (weight: number, count: number) => Observation | Promise<Observation>;
  stable?: Release | null;
  /** How the lane answers; default: grants at once. */
  grant?: (signal: (name: string, payload: unknown) => Promise<void>, grant: Grant) => Promise<void>;
  settle?: (count: number) => void;
}

const release = (id: string): Release => ({
  id,
  artifact: 'sha256:0',
  configuration: 'sha256:0',
  start: 'true',
  ready: '/',
  readyTimeoutMs: 1000,
  replicas: 1,
  env: {},
  secrets: [],
  commit: 'c'.repeat(40),
  runId: 'run',
});

export const earlierRelease = release('r-earlier');

export const backend = (of: Release): Backend => ({ instance: `${of.id}.1`, release: of, ports: [1] });

/** An observation in which `errors` of `samples` requests failed. */
export function observed(query: string, samples: number, value: number): Observation {
  const measurement: Measurement = { query, candidate: { samples, value }, stable: { samples, value: 0 } };
  return { lapsed: false, measurements: [measurement], failure: null };
}

export function createWorld(
  script: Script,
  signalRun: (workflowId: string, signal: string, payload: unknown) => Promise<void>,
): World {
  let measured = 0;
  let settled = 0;
  const stable = script.stable ?? null;
  const world: World = {
    log: [],
    fences: [],
    traffic: undefined,
    finished: [],
    activities: {} as Activities,
  };
  const note = (line: string) => world.log.push(line);
  world.activities = {
    route: () => Promise.resolve([]),
    async runShell(input) {
      note(`${input.phase} ${input.step}`);
      const output = (await script.shell?.(input)) ?? '';
      const artifact = input.collect.length > 0 ? `sha256:${'a'.repeat(64)}` : null;
      return { output, artifact, durationMs: 1 };
    },
    scan(input) {
      note(`scan ${input.step}`);
      return Promise.resolve({ output: 'nothing found' });
    },
    async requestTurn({ entity, holder }) {
      note(`request ${entity.kind}`);
      const id = entity.kind === 'lane' ? laneId(entity.lane) : `group:${entity.project}:${entity.group}`;
      const grant: Grant = {
        entity: id,
        holderRunId: holder.runId,
        generation: 7,
        live: stable,
        earlier: [],
      };
      const signal = (name: string, payload: unknown) => signalRun(holder.workflowId, name, payload);
      await (script.grant ? script.grant(signal, grant) : signal('granted', grant));
    },
    finishTurn({ entity, finish }) {
      note(`finish ${entity.kind} ${finish.deployed ? 'deployed' : 'nothing'}`);
      world.finished.push(finish);
      return Promise.resolve();
    },
    watchHolder: () => Promise.resolve(),
    deployCandidate({ fence, release: candidate }) {
      note('deploy');
      world.fences.push(fence);
      return Promise.resolve({ candidate: backend(candidate), stable: stable && backend(stable) });
    },
    shiftTraffic({ fence, traffic }) {
      const live = traffic.candidate ? `shift ${String(traffic.weight)}` : traffic.stable?.release.id;
      note(live === stable?.id ? 'withdraw' : live?.startsWith('r-') ? 'promote' : (live ?? 'empty'));
      world.fences.push(fence);
      world.traffic = traffic;
      return Promise.resolve();
    },
    async measure() {
      measured += 1;
      return (await script.measure?.(world.traffic?.weight ?? 0, measured)) ?? observed('error-rate', 100, 0);
    },
    settleLane({ fence, live }) {
      settled += 1;
      note(`settle ${live?.id ?? 'nothing'}`);
      world.fences.push(fence);
      script.settle?.(settled);
      return Promise.resolve();
    },
    inspectLane: () => Promise.resolve({ generation: 0, live: stable, earlier: [] }),
    poolsOf: (names) => Promise.resolve(Object.fromEntries(names.map((name) => [name, null]))),
    checkFreeze: () => Promise.resolve(null),
    joinWait: () => Promise.resolve(),
    leaveWait: () => Promise.resolve(),
    deliverScheduled: () => Promise.resolve(),
    callHttp({ step, phase }) {
      note(`${phase} ${step}`);
      return Promise.resolve({ output: '', code: 200 });
    },
    runCustom({ step, phase }) {
      note(`${phase} ${step}`);
      return Promise.resolve({ output: '', result: null });
    },
    emitEvent({ step }) {
      note(`emit ${step}`);
      return Promise.resolve({ output: '' });
    },
    notify({ step }) {
      note(`notify ${step}`);
      return Promise.resolve({ output: '' });
    },
    sendMessages: () => Promise.resolve([]),
    raiseAlert({ step, name }) {
      note(`alert ${name} ${step}`);
      return Promise.resolve();
    },
  };
  return world;
}

/** The pipeline of the tests: build, test beside scan, migrate with its undo, release. */
export function deliver(canary: Record<string, unknown> = {}): Pipeline {
  return pipelineSchema.parse({
    apiVersion: 'sagaline/v1',
    name: 'deliver',
    on: [{ event: 'push' }],
    steps: [
      { id: 'build', uses: 'shell', with: { run: 'make' }, artifacts: ['dist/**'] },
      { id: 'test', needs: ['build'], uses: 'shell', with: { run: 'make test' } },
      { id: 'scan', needs: ['build'], uses: 'scan' },
      {
        id: 'migrate',
        needs: ['test', 'scan'],
        uses: 'shell',
        before: { run: './migrate version' },
        with: { run: './migrate up' },
        compensate: {
          uses: 'shell',
          env: { FROM: '${steps.migrate.before.output}' },
          with: { run: './migrate to "$FROM"' },
        },
      },
      {
        id: 'release',
        needs: ['migrate'],
        uses: 'canary',
        with: {
          service: 'shop',
          environment: 'production',
          artifact: 'build',
          start: 'node server.js',
          weights: [10, 50],
          interval: '30s',
          minSamples: 20,
          checks: [{ name: 'errors', query: 'error-rate', max: 0.01 }],
          ...canary,
        },
      },
    ],
  });
}

export const runInput = (pipeline: Pipeline): RunInput => runInputOf(expand(pipeline));

export function runInputOf(pipeline: Plan): RunInput {
  const commit = 'c'.repeat(40);
  return {
    project: 'default',
    repository: 'acme/shop',
    commit,
    eventId: 'evt_x',
    order: { time: 1, counter: 1 },
    pipeline,
    event: {
      key: 'k',
      bodyHash: '',
      deliveryId: 'd',
      source: 'github',
      subject: 'acme/shop:refs/heads/main',
      kind: 'push',
      time: '2026-01-01T00:00:00.000Z',
      receivedAt: '2026-01-01T00:00:00.000Z',
      data: { repository: 'acme/shop', ref: 'refs/heads/main', commit, previousCommit: null },
    },
  };
}
