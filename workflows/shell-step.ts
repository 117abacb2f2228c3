import type { ShellInput } from '../activities/shell';
import { milliseconds } from '../src/domain/duration';
import type { PlannedStep } from '../src/domain/expand';
import type { ShellStep } from '../src/domain/pipeline';
import { compensationActivities, stepActivities } from './activities';
import type { Saga } from './saga';
import { emptyOutput } from './names';
import { changeOf, type StepContext } from './step-context';
import { undoOf } from './undo';

/** Runs a shell step: what `before` says is recorded first, then its undo is registered, then it acts. */
export async function shellStep(
  step: PlannedStep & ShellStep,
  pool: string | null,
  context: StepContext,
  saga: Saga,
): Promise<string> {
  const base = shellInput(step, context);
  const output = emptyOutput();
  context.outputs[step.id] = output;
  const { runShell } = stepActivities({ ...step, pool });
  if (step.before) {
    const remembered = await runShell({ ...base, phase: 'before', script: step.before.run });
    output.before = { output: remembered.output };
  }
  const undo = step.compensate;
  if (undo?.uses === 'shell') {
    const timeoutMs = milliseconds(undo.timeout);
    // Resolved now: an expression that cannot be read must stop the step before it acts, not its undo afterwards.
    const undoInput: ShellInput = {
      ...base,
      phase: 'compensate',
      script: undo.with.run,
      env: context.env(step, undo.env),
      timeoutMs,
    };
    saga.register(step.id, async () => {
      await compensationActivities(step.id, timeoutMs, pool).runShell(undoInput);
    });
  } else if (undo) saga.register(step.id, undoOf(step, undo, pool, context));
  const cache = step.cache ? { ...step.cache, key: context.text(step, step.cache.key) } : null;
  const exitCodes = (step.retry?.final ?? []).filter((failure) => typeof failure === 'number');
  const done = await runShell({
    ...base,
    phase: 'step',
    script: step.with.run,
    collect: step.artifacts,
    cache,
    ...(exitCodes.length > 0 && { finalExitCodes: exitCodes }),
  });
  output.output = done.output;
  output.artifact = done.artifact;
  return `took ${(done.durationMs / 1000).toFixed(1)} s`;
}

function shellInput(
  step: PlannedStep & ShellStep,
  context: StepContext,
): Omit<ShellInput, 'phase' | 'script'> {
  return {
    ...changeOf(step, context),
    artifacts: context.artifacts(step),
    env: context.env(step, step.env),
    timeoutMs: milliseconds(step.timeout),
    collect: [],
    cache: null,
  };
}
