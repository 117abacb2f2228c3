import { executeChild, ChildWorkflowCancellationType, workflowInfo } from '@temporalio/workflow';
import type { ShellInput } from '../activities/shell';
import { milliseconds } from '../src/domain/duration';
import { interpolate } from '../src/domain/expression';
import { canaryId } from '../src/domain/identity';
import type { CanaryStep, ShellStep, Step } from '../src/domain/pipeline';
import { artifactSources, lanesOf } from '../src/domain/plan';
import type { LaneRef } from '../src/domain/release';
import { makeRelease } from '../src/domain/release-id';
import type { RunInput } from '../src/domain/run';
import { compensationActivities, stepActivities } from './activities';
import { canary } from './canary';
import type { Claims } from './claims';
import type { Saga } from './saga';

/** What later steps may read of an earlier one in `${steps.<id>...}`. */
interface StepOutput {
  output: string;
  before: { output: string };
  artifact: string | null;
}

/** Write sequences set aside for one canary: more than its shifts can ever be. */
const sequencesPerStep = 1_000_000;

/** Time in ms to start an earlier release again, when it no longer runs. */
const restoreTimeoutMs = 5 * 60_000;

/** Only the worker that has the files can hash them, so a mark stays in the key; no event text can hold its NUL. */
const marked = {
  hashFiles: (...files: string[]) => `\0${JSON.stringify(files)}\0`,
};

/** What changes an environment waits for the run's lanes: two migrations of one service must not overlap either. */
const changesEnvironment = (step: Step) =>
  step.uses === 'canary' || (step.uses === 'shell' && step.compensate !== undefined);

/** Executes one step after the other kind of step; each returns the line that the run shows for it. */
export function createSteps(input: RunInput, saga: Saga, claims: Claims) {
  const { pipeline, project, repository, commit, event } = input;
  const run = workflowInfo().workflowId;
  const outputs: Record<string, StepOutput> = {};
  let blocks = 0;
  const nextBlock = () => (blocks += 1) * sequencesPerStep;
  const context = () => ({ event, steps: outputs, run: { id: run, commit, repository } });
  const resolved = (env: Record<string, string>) =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, interpolate(value, context())]));
  const artifactsFor = (step: Step) =>
    artifactSources(pipeline, step)
      .map(({ id }) => outputs[id]?.artifact)
      .filter((digest) => typeof digest === 'string');
  const ref = typeof event.data['ref'] === 'string' ? event.data['ref'] : null;

  const shellInput = (step: ShellStep): Omit<ShellInput, 'phase' | 'script' | 'env' | 'timeoutMs'> => ({
    run,
    step: step.id,
    repository,
    commit,
    ref,
    change: { repository, ref, pipeline: pipeline.name, kind: event.kind },
    artifacts: artifactsFor(step),
    collect: [],
    cache: null,
    environment: step.environment ?? null,
    secrets: step.secrets,
  });

  const shell = async (step: ShellStep): Promise<string> => {
    const base = { ...shellInput(step), env: resolved(step.env), timeoutMs: milliseconds(step.timeout) };
    const output: StepOutput = { output: '', before: { output: '' }, artifact: null };
    outputs[step.id] = output;
    if (step.before) {
      const { runShell } = stepActivities(step);
      output.before = await runShell({ ...base, phase: 'before', script: step.before.run });
    }
    if (step.compensate) {
      const { with: undo, env, timeout } = step.compensate;
      const timeoutMs = milliseconds(timeout);
      const undoInput: ShellInput = {
        ...base,
        phase: 'compensate',
        script: undo.run,
        env: resolved(env),
        timeoutMs,
      };
      saga.register(step.id, async () => {
        await compensationActivities(step.id, timeoutMs).runShell(undoInput);
      });
    }
    const { runShell } = stepActivities(step);
    const cache = step.cache
      ? { ...step.cache, key: interpolate(step.cache.key, context(), { functions: marked }) }
      : null;
    const done = await runShell({
      ...base,
      phase: 'step',
      script: step.with.run,
      collect: step.artifacts,
      cache,
    });
    output.output = done.output;
    output.artifact = done.artifact;
    return `took ${(done.durationMs / 1000).toFixed(1)} s`;
  };

  const release = async (step: CanaryStep): Promise<string> => {
    const settings = step.with;
    const lane: LaneRef = { project, service: settings.service, environment: settings.environment };
    const { generation, live, earlier } = claims.grant(lane);
    const artifact = outputs[settings.artifact]?.artifact ?? '';
    const { start, ready, replicas, secrets } = settings;
    const readyTimeoutMs = milliseconds(settings.readyTimeout);
    const env = resolved(settings.env);
    const candidate = makeRelease({
      artifact,
      start,
      ready,
      readyTimeoutMs,
      replicas,
      env,
      secrets,
      commit,
      runId: run,
    });
    const firstSequence = nextBlock();
    saga.register(step.id, async () => {
      const fence = { generation, sequence: nextBlock() };
      await compensationActivities(step.id, restoreTimeoutMs).settleLane({ lane, fence, live, earlier });
    });
    await executeChild(canary, {
      workflowId: canaryId(run, step.id, workflowInfo().runId),
      args: [{ step: step.id, lane, generation, firstSequence, release: candidate, earlier, settings }],
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      staticSummary: `canary ${settings.service} in ${settings.environment}`,
    });
    claims.deployed(lane, candidate);
    return `${candidate.id} is live`;
  };

  return async (step: Step): Promise<string> => {
    if (changesEnvironment(step)) await claims.lanes(lanesOf(pipeline).map((lane) => ({ project, ...lane })));
    switch (step.uses) {
      case 'shell':
        return shell(step);
      case 'scan':
        return (
          await stepActivities(step).scan({
            run,
            step: step.id,
            repository,
            commit,
            artifacts: artifactsFor(step),
          })
        ).output;
      case 'canary':
        return release(step);
    }
  };
}
