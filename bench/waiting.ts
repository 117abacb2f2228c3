import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { parse, stringify } from 'yaml';
import { repositoryName } from '../scripts/demo/stage';
import { poolQueue } from '../src/domain/messages';
import type { RunInput } from '../src/domain/run';
import type { BenchContext } from './bench';
import { startChild } from './child';
import { bounded, type Figure, figure } from './figures';
import { residentMb } from './memory';
import { runOf, tellingRun } from './trivial-runs';
import { startAll, startRun } from './waiting-runs';

/** Runs that wait, by what they wait for. */
const counts = { approval: 3000, freeze: 1500, canary: 500 };
const settleLimitMs = 5 * 60_000;
const usualRestMs = 90_000;
const lookEveryMs = 2000;
const newcomers = 30;
const mostMb = 700;
const mostMs = 1000;
const pool = 'stand-in';

/** Thousands of runs that wait on one worker process: what it keeps in memory, and how soon a newcomer is served. */
export async function waitingBench(context: BenchContext): Promise<Figure[]> {
  const { folder, stage, signal, say, scaled } = context;
  const { temporal, namespace } = stage.platform;
  await addServices(join(folder, 'sagaline.yaml'));
  const stopStandIn = await startChild('stand-in/worker.js', [temporal, namespace, poolQueue(pool)]);
  const connection = await Connection.connect({ address: temporal });
  const client = new Client({ connection, namespace });
  const worker = async () => residentMb(stage.platform.pids()['worker'] ?? 0);
  try {
    const before = await worker();
    const open = inputs(scaled);
    const all = open.length;
    say(`${String(all)} runs are started`);
    await startAll(client, open, signal);
    await untilWaiting(client, all, signal, say);
    const restMs = scaled(usualRestMs);
    say(`all wait; resting for ${String(restMs / 1000)} s`);
    const sizes: number[] = [];
    for (let rested = 0; rested < restMs; rested += lookEveryMs) {
      await sleep(lookEveryMs, undefined, { signal });
      sizes.push(await worker());
    }
    say(`${String(scaled(newcomers))} newcomers`);
    const [starts, ends]: [number[], number[]] = [[], []];
    for (let at = 0; at < scaled(newcomers); at++) {
      signal.throwIfAborted();
      const begun = Date.now();
      const run = await startRun(client, tellingRun(['hello']));
      await run.result();
      ends.push(Date.now() - begun);
      const { events } = await run.fetchHistory();
      const first = events?.find(({ workflowTaskStartedEventAttributes: task }) => task)?.eventTime;
      starts.push(tsToMs(first) - begun);
    }
    return [
      figure('worker before, resident', 'MB', [before]),
      bounded(`worker with ${String(all)} waiting runs, resident`, 'MB', sizes, mostMb),
      bounded('newcomer sent to its first workflow task', 'ms', starts, mostMs),
      figure('newcomer sent to its end, one message', 'ms', ends),
    ];
  } finally {
    await connection.close();
    stopStandIn();
  }
}

const serviceName = (at: number) => `service-${String(at)}`;

function inputs(scaled: BenchContext['scaled']): RunInput[] {
  const commit = 'c'.repeat(40);
  const many = (count: number, make: (at: number) => RunInput) =>
    Array.from({ length: scaled(count) }, (_, at) => make(at));
  const release = (at: number) => ({
    uses: 'canary',
    with: { service: serviceName(at), environment: 'waiting', start: 'true', interval: '6h' },
  });
  const frozen = [
    { from: '2020-01-01T00:00', to: '2099-01-01T00:00', zone: 'UTC', reason: 'a very long holiday' },
  ];
  return [
    ...many(counts.approval, () => runOf([{ uses: 'approval', with: { teams: ['team-shop'] } }], commit)),
    ...many(counts.freeze, (at) => runOf([release(at)], commit, { freeze: frozen })),
    ...many(counts.canary, (at) => runOf([release(at)], commit)),
  ];
}

async function untilWaiting(
  client: Client,
  all: number,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const deadline = Date.now() + settleLimitMs;
  for (;;) {
    const waiting = await client.workflow.count('WorkflowType = "run" AND SagalineStatus = "waiting"');
    const canaries = await client.workflow.count('WorkflowType = "canary" AND ExecutionStatus = "Running"');
    say(`${String(waiting.count)} wait, ${String(canaries.count)} canaries run`);
    if (waiting.count + canaries.count >= all) return;
    if (Date.now() > deadline) throw new Error(`only ${String(waiting.count)} of ${String(all)} runs wait`);
    await sleep(lookEveryMs, undefined, { signal });
  }
}

/** Registers a service for each lane, in an environment whose releases another pool's worker carries out. */
async function addServices(file: string): Promise<void> {
  const { services, environments, ...rest } = parse(await readFile(file, 'utf8')) as {
    services: object[];
    environments: object[];
  };
  const added = Array.from({ length: counts.freeze }, (_, at) => ({
    name: serviceName(at),
    repository: repositoryName,
    owner: 'team-shop',
  }));
  const environment = {
    name: 'waiting',
    pool,
    target: { kind: 'embedded' },
    metrics: { kind: 'router' },
    allow: { repositories: [repositoryName], refs: ['refs/heads/main'], pipelines: ['trivial'] },
  };
  const configuration = {
    ...rest,
    sinks: [{ name: 'log', kind: 'log' }],
    services: [...services, ...added],
    environments: [...environments, environment],
  };
  await writeFile(file, stringify(configuration));
}
