import type { Plan } from '../../domain/expand';
import { frozen } from '../../domain/freeze';
import { groupId, laneId } from '../../domain/identity';
import type { EntityRef, Holder } from '../../domain/lane';
import type { Freeze } from '../../domain/freeze-schema';
import type { Answer, Call } from './calls';
import { Failing } from './failing';
import type { Outcomes } from './outcomes';
import { live, releaseScript } from './release-script';
import type { Stage } from './stage';

/** Ends each activity of a run. An undefined answer is none: the worker has died. */
export type Script = (call: Call) => Promise<Answer | undefined>;

const artifact = `sha256:${'a'.repeat(64)}`;
const generation = 1;

/** What the activities of a step are told. */
interface StepInput {
  step: string;
  phase?: 'before' | 'step' | 'compensate';
  finalExitCodes?: number[];
  finalFailures?: (number | string)[];
  expect?: number[];
  collect?: string[];
}

/** The script of a run of that plan in which everything goes well but for the outcomes. */
export function createScript(plan: Plan, outcomes: Outcomes, stage: Stage): Script {
  const activities: Record<string, ((call: Call) => unknown) | undefined> = {
    ...stepScript(),
    ...turnScript(stage),
    ...releaseScript(outcomes, stage),
    poolsOf: ({ input }) => Object.fromEntries((input as string[]).map((name) => [name, null])),
    checkFreeze: ({ input }) => freezeAt(input as { now: string; freeze: Freeze[] }),
    joinWait: () => undefined,
    leaveWait: () => undefined,
    raiseAlert({ input, at }) {
      const { step, text } = input as { step: string; text: string };
      stage.note({ at, step, event: 'alert', detail: text });
    },
  };
  const died = new Set<string>();
  const fails = new Set(outcomes.fail.map(({ step }) => step));

  /** Whether the worker dies now: in the first attempt of what the step does. */
  const dies = ({ activity }: Call, step: string, isStep: boolean): boolean => {
    const acts = isStep && !['measure', 'shiftTraffic', 'settleLane', 'raiseAlert'].includes(activity);
    if (!acts || died.has(step) || !outcomes.kill.includes(step)) return false;
    died.add(step);
    return true;
  };

  return async (call) => {
    const handler = activities[call.activity];
    const { step = stage.canary(call.workflowId)?.id ?? '', phase = 'step' } = (call.input ??
      {}) as Partial<StepInput>;
    if (dies(call, step, phase === 'step')) {
      stage.note({
        at: call.at,
        step,
        event: 'worker died',
        detail: `in attempt ${String(call.attempt)} of ${call.activity}`,
      });
      await stage.replaceWorker();
      return undefined;
    }
    try {
      if (!handler) throw new Failing('Internal', `a rehearsal has no answer of ${call.activity}`, true);
      if (call.attempt > 1)
        stage.note({ at: call.at, step, event: 'tried again', detail: `attempt ${String(call.attempt)}` });
      if (phase === 'step' && fails.has(step) && isStepActivity(call.activity)) throw failureOf(call);
      return { result: await handler(call) };
    } catch (error) {
      if (!(error instanceof Failing)) throw error;
      // The server never lets time pass again once an activity is cancelled that no worker has begun.
      await stage.allBegun();
      return { failure: error.failure };
    }
  };
}

const stepActivities = ['runShell', 'scan', 'callHttp', 'runCustom', 'emitEvent', 'notify'];
const isStepActivity = (name: string): boolean => stepActivities.includes(name);

/** What a failing step ends with, as its activity would say it. */
function failureOf({ activity, input }: Call): Failing {
  const { finalExitCodes = [], finalFailures = [] } = input as StepInput;
  switch (activity) {
    case 'scan':
      return new Failing('SecretsFound', 'a secret in the commit', true);
    case 'callHttp': {
      const isFinal = finalFailures.includes(500);
      return new Failing(isFinal ? 'FinalFailure' : 'CallFailed', 'was answered with 500', isFinal);
    }
    case 'emitEvent':
    case 'notify':
      return new Failing('CallFailed', 'the sink does not answer', false);
    default: {
      const isFinal = finalExitCodes.includes(1);
      return new Failing(isFinal ? 'FinalFailure' : 'StepFailed', 'exit code 1', isFinal);
    }
  }
}

/** Activities of steps that go well. */
function stepScript() {
  return {
    runShell({ input }: Call) {
      const { collect = [] } = input as StepInput;
      return { output: '', artifact: collect.length > 0 ? artifact : null, durationMs: 0 };
    },
    scan: () => ({ output: 'found no secrets' }),
    callHttp: ({ input }: Call) => ({ output: '', code: (input as StepInput).expect?.[0] ?? 200 }),
    runCustom: () => ({ output: '', result: null }),
    emitEvent: () => ({ output: '' }),
    notify: () => ({ output: '' }),
    // None was sent together with others: each ends by itself, as it is told.
    sendMessages: () => [],
  };
}

/** Groups and lanes are free, and the lanes have a stable release. */
function turnScript(stage: Stage) {
  return {
    async requestTurn({ input }: Call) {
      const { entity, holder } = input as { entity: EntityRef; holder: Holder };
      const id = entity.kind === 'lane' ? laneId(entity.lane) : groupId(entity.project, entity.group);
      await stage.grant(holder, { entity: id, holderRunId: holder.runId, generation, live, earlier: [] });
    },
    finishTurn: () => undefined,
  };
}

/** Nobody overrides a freeze in a rehearsal: the run waits for its end. */
function freezeAt({ now, freeze }: { now: string; freeze: Freeze[] }) {
  const found = frozen(freeze, Date.parse(now));
  if (found === null) return null;
  return { until: new Date(found.untilMs).toISOString(), reason: found.reason, override: found.override };
}
