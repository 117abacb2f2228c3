import { milliseconds } from '../src/domain/duration';
import type { PlannedStep } from '../src/domain/expand';
import type { CustomStep, HttpStep } from '../src/domain/pipeline';
import { stepActivities } from './activities';
import type { Saga } from './saga';
import { emptyOutput } from './names';
import { changeOf, type StepContext } from './step-context';
import { httpCall, undoOf } from './undo';

type Pool = string | null;

/** Calls another system; its answer is the step's output. */
export async function httpStep(
  step: PlannedStep & HttpStep,
  pool: Pool,
  context: StepContext,
  saga: Saga,
): Promise<string> {
  if (step.compensate) saga.register(step.id, undoOf(step, step.compensate, pool, context));
  const { output, code } = await stepActivities({ ...step, pool }).callHttp({
    ...changeOf(step, context),
    ...httpCall(step.with, step, context),
    phase: 'step',
    timeoutMs: milliseconds(step.timeout),
    finalFailures: step.retry?.final ?? [],
  });
  context.outputs[step.id] = { ...emptyOutput(), output, code };
  return `answered ${String(code)}`;
}

/** Executes a step of a package that sagaline.yaml registers. */
export async function customStep(
  step: PlannedStep & CustomStep,
  pool: Pool,
  context: StepContext,
  saga: Saga,
): Promise<string> {
  let result: unknown = null;
  if (step.compensate)
    saga.register(
      step.id,
      undoOf(step, step.compensate, pool, context, () => result),
    );
  const done = await stepActivities({ ...step, pool }).runCustom({
    ...changeOf(step, context),
    phase: 'step',
    action: step.action,
    with: context.json(step, step.with),
    artifacts: context.artifacts(step),
    result: null,
    timeoutMs: milliseconds(step.timeout),
  });
  result = done.result;
  context.outputs[step.id] = { ...emptyOutput(), output: done.output };
  return `${step.action} is done`;
}
