import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, isGrpcServiceError, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { canaryId } from '../../domain/identity';
import {
  poolQueue,
  queries,
  searchAttributes,
  signals,
  taskQueue,
  workflowTypes,
} from '../../domain/messages';
import type { RunInput, RunView } from '../../domain/run';
import { packageFolder } from '../package-folder';
import { answerApprovals } from './approvals';
import { type Clock, clockOf } from './clock';
import type { Outcomes } from './outcomes';
import { progressOf, withReasons } from './progress';
import { createScript } from './script';
import type { Canary, Stage } from './stage';
import { compensationsOf, type Entry, type Note, timelineOf } from './timeline';
import { WorkerProcess } from './worker-process';

/** How a rehearsed run ended, or what it waits for if it would wait for ever. */
export interface Rehearsal {
  status: RunView['status'];
  reason: string | null;
  timeline: Entry[];
  /** Ids of the undone steps in the order in which they were undone. */
  compensations: string[];
}

/** What a rehearsal is of. */
export interface Rehearsed {
  workflowId: string;
  input: RunInput;
  outcomes: Outcomes;
}

/** 2 is Keyword in Temporal's IndexedValueType. */
const keyword = 2;
/** 1 is Scheduled in Temporal's PendingActivityState. */
const scheduled = 1;
const pollMs = 10;

/** Executes a run with scripted activities on a server of its own, whose executable is given, and waits for its end. */
export async function rehearse(rehearsed: Rehearsed, server: string): Promise<Rehearsal> {
  quieten();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: server } },
  });
  try {
    await environment.connection.operatorService.addSearchAttributes({
      namespace: environment.namespace ?? 'default',
      searchAttributes: Object.fromEntries(searchAttributes.map((name) => [name, keyword])),
    });
    return await play(rehearsed, environment);
  } finally {
    await environment.teardown();
  }
}

let isQuiet = false;

/** The SDK has one runtime a process, and warns about the test server at every start. */
function quieten(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  });
}

async function play(rehearsed: Rehearsed, environment: TestWorkflowEnvironment): Promise<Rehearsal> {
  const { workflowId, input, outcomes } = rehearsed;
  const notes: Note[] = [];
  const theatre = openTheatre(rehearsed, environment, notes);
  const { client, clock, worker, held } = theatre;
  await worker.start();
  try {
    const run = await client.workflow.start(workflowTypes.run, { workflowId, taskQueue, args: [input] });
    theatre.runId = run.firstExecutionRunId;
    const ended = toTheEnd(run, async () => {
      await answerApprovals(run, input.pipeline, outcomes.reject, {
        clock,
        note: (note) => notes.push(note),
      });
      await clock.release();
    });
    await Promise.race([ended, held, worker.broken]);
    const view = await run.query<RunView>(queries.state);
    const { status, reason } = view;
    const timeline = timelineOf(view, withReasons(notes, await progressOf(run)));
    return { status, reason, timeline, compensations: compensationsOf(view) };
  } finally {
    await worker.kill();
  }
}

/** Lets time pass as `begin` says, and returns when the run has closed, however it did. */
async function toTheEnd(run: WorkflowHandle, begin: () => Promise<void>): Promise<void> {
  await begin();
  await run.result().catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
  });
}

/** Everything that a rehearsal is played with. */
interface Theatre {
  client: Client;
  clock: Clock;
  worker: WorkerProcess;
  /** Resolves when the run would wait for ever. */
  held: Promise<void>;
  /** Run id of the run, once it was started. */
  runId: string;
}

function openTheatre(
  { workflowId, input, outcomes }: Rehearsed,
  environment: TestWorkflowEnvironment,
  notes: Note[],
): Theatre {
  const { steps } = input.pipeline;
  const client = new Client({ connection: environment.connection });
  const clock = clockOf(environment);
  const canaries = steps.filter((step): step is Canary => step.uses === 'canary');
  const idOf = (step: Canary) => canaryId(workflowId, step.id, theatre.runId);
  let holdForGood: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (holdForGood = resolve));
  // Time stands still while an activity is under way, and an activity whose worker has died never ends.
  let isReleased = false;
  const allBegun = () => untilBegun(environment, [workflowId, ...canaries.map(idOf)]);
  const stage: Stage = {
    canary: (id) => canaries.find((step) => idOf(step) === id),
    grant: (holder, grant) => client.workflow.getHandle(holder.workflowId).signal(signals.granted, grant),
    note: (note) => void notes.push(note),
    allBegun,
    holdForGood,
    async replaceWorker() {
      await allBegun();
      while (worker.open > 1) await delay(pollMs);
      await worker.kill();
      await worker.start();
      await clock.release();
      isReleased = true;
    },
  };
  const script = createScript(input.pipeline, outcomes, stage);
  const settings = {
    address: environment.address,
    bundle: join(packageFolder(), 'dist/workflow-bundle.js'),
    pools: [
      ...new Set(
        steps.flatMap((step) =>
          'runsOn' in step && step.runsOn !== undefined ? poolQueue(step.runsOn) : [],
        ),
      ),
    ],
  };
  const worker = new WorkerProcess(settings, async (call) => {
    if (isReleased) await clock.hold();
    isReleased = false;
    return script(call);
  });
  const theatre: Theatre = { client, clock, worker, held, runId: '' };
  return theatre;
}

/** Resolves when workers have begun every activity that is due of these workflows. */
async function untilBegun({ connection, namespace }: TestWorkflowEnvironment, ids: string[]): Promise<void> {
  for (const workflowId of ids) {
    for (;;) {
      const asked = { namespace: namespace ?? 'default', execution: { workflowId } };
      const found = await connection.workflowService
        .describeWorkflowExecution(asked)
        .catch((error: unknown) => {
          // A canary that has not been started.
          if (isGrpcServiceError(error)) return undefined;
          throw error;
        });
      const isDue = ({ state, attempt }: { state?: number | null; attempt?: number | null }) =>
        state === scheduled && (attempt ?? 1) <= 1;
      if (found?.pendingActivities.some(isDue) !== true) break;
      await delay(pollMs);
    }
  }
}
