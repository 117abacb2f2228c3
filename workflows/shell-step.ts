import type { ShellInput } from '../activities/shell';
import { milliseconds } from '../src/domain/duration';
import type { ShellStep } from '../src/domain/pipeline';
import { compensationActivities, stepActivities } from './activities';
import type { Saga } from './saga';
import type { StepContext } from './step-context';
import type { StepOutput } from '../src/domain/run';
import type { PlannedStep } from '../src/domain/expand';

/** Runs a shell step: what `before` says is recorded first, then its undo is registered, then it acts. */
export async function shellStep(step: PlannedStep & ShellStep, context: StepContext, saga: Saga): Promise<string> {
  const base = shellInput(step, context);
  const output: StepOutput = { output: '', before: { output: '' }, artifact: null };
  context.outputs[step.id] = output;
  const { runShell } = stepActivities(step);
  if (step.before) {
    const remembered = await runShell({ ...base, phase: 'before', script: step.before.run });
    output.before = { output: remembered.output };
  }
  if (step.compensate?.uses === 'shell') {
    const { with: undo, env, timeout } = step.compensate;
    const timeoutMs = milliseconds(timeout);
    // Resolved now: an expression that cannot be read must stop the step before it acts, not its undo afterwards.
    const undoInput: ShellInput = {
      ...base,
      phase: 'compensate',
      script: undo.run,
      env: context.env(env),
      timeoutMs,
    };
    saga.register(step.id, async () => {
      await compensationActivities(step.id, timeoutMs).runShell(undoInput);
    });
  }
  const cache = step.cache ? { ...step.cache, key: context.text(step.cache.key) } : null;
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
}

function shellInput(step: PlannedStep & ShellStep, context: StepContext): Omit<ShellInput, 'phase' | 'script'> {
  const { run, ref, input } = context;
  const { repository, commit, pipeline, event } = input;
  return {
    run,
    step: step.id,
    repository,
    commit,
    ref,
    change: { repository, ref, pipeline: pipeline.name, kind: event.kind },
    artifacts: context.artifacts(step),
    env: context.env(step.env),
    timeoutMs: milliseconds(step.timeout),
    collect: [],
    cache: null,
    environment: step.environment ?? null,
    secrets: step.secrets,
  };
}
