import { milliseconds } from '../src/domain/duration';
import type { PlannedStep } from '../src/domain/expand';
import type { CustomStep, EmitStep, HttpStep, NotifyStep } from '../src/domain/pipeline';
import { messageActivities, stepActivities } from './activities';
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

/** Tells the sinks for events, and the platform itself, that something has happened. */
export async function emitStep(
  step: PlannedStep & EmitStep,
  pool: Pool,
  context: StepContext,
): Promise<string> {
  const { project, repository, commit, event } = context.input;
  const { type, subject, data } = step.with;
  const { output } = await messageActivities({ ...step, pool }, context.isAlone()).emitEvent({
    project,
    run: context.run,
    step: step.id,
    repository,
    commit,
    depth: event.depth ?? 0,
    type,
    subject: context.text(step, subject),
    data: context.json(step, data) as typeof data,
    time: new Date().toISOString(),
  });
  context.outputs[step.id] = { ...emptyOutput(), output };
  return `emitted ${type}`;
}

/** Sends a message to people. */
export async function notifyStep(
  step: PlannedStep & NotifyStep,
  pool: Pool,
  context: StepContext,
): Promise<string> {
  const { to, message } = step.with;
  const { output } = await messageActivities({ ...step, pool }, context.isAlone()).notify({
    run: context.run,
    step: step.id,
    to,
    message: context.text(step, message),
  });
  context.outputs[step.id] = { ...emptyOutput(), output };
  return `told ${to}`;
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
