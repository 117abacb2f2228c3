import type { PlannedStep } from '../../../src/domain/expand';
import { transitiveNeeds } from '../../../src/domain/plan';
import type { RunView } from '../../../src/domain/run';
import type { Case } from './cases';

/** One effect on the world, as it began or ended. */
export interface Effect {
  step: string;
  phase: 'before' | 'step' | 'compensate';
  at: 'began' | 'done' | 'failed';
}

const attemptsOf = (step: PlannedStep): number => {
  if (step.uses === 'notify' || step.uses === 'emit') return step.retry?.attempts ?? 3;
  return 'retry' in step ? (step.retry?.attempts ?? 1) : 1;
};
const isUnwanted = (step: PlannedStep) => step.when !== undefined;
const mayFail = (step: PlannedStep) => 'continueOnError' in step && step.continueOnError === true;

/** Whether the step can be undone, and so must be when the run does not succeed. */
export const isUndoable = (step: PlannedStep): boolean =>
  step.uses === 'canary' || ('compensate' in step && step.compensate !== undefined);

/** Whether the step fails for good when it is executed. */
export function failsForGood({ fates }: Case, step: PlannedStep): boolean {
  if (isUnwanted(step) || step.uses === 'wait') return false;
  return (fates[step.id]?.failures ?? 0) >= attemptsOf(step);
}

/** Whether some step ends the run: one that fails for good and that no other such step keeps from being executed. */
export function mustFail(one: Case): boolean {
  const fatal = one.plan.steps
    .filter((step) => failsForGood(one, step) && !mayFail(step))
    .map(({ id }) => id);
  return fatal.some((id) => {
    const needs = transitiveNeeds(one.plan, id);
    return fatal.every((other) => !needs.has(other));
  });
}

/** Everything that is wrong with how a run went, in words; empty when it went as it must. */
export function violations(one: Case, effects: Effect[], view: RunView): string[] {
  return [
    ...wrongStatus(one, effects, view),
    ...wrongOrder(one, effects),
    ...repeated(one, effects),
    ...notUndone(one, effects, view),
    ...undoneInWrongOrder(one, effects, view),
    ...actedWhileUndoing(one, effects),
  ];
}

/**
 * Whether the step failed before it was tried as often as it may be: an attempt that the server had given to a worker
 * which was being replaced never began. It counts as an attempt all the same, because a shell step might have acted.
 */
function lostIn(step: PlannedStep, effects: Effect[], view: RunView): boolean {
  const began = effects.filter(
    (effect) => effect.step === step.id && effect.phase === 'step' && effect.at === 'began',
  );
  const failed = view.steps.some(({ id, status }) => id === step.id && status === 'failed');
  return failed && step.uses !== 'canary' && began.length < attemptsOf(step);
}

/** Whether some step of the run lost an attempt. */
export const lostAttempt = ({ plan }: Case, effects: Effect[], view: RunView): boolean =>
  plan.steps.some((step) => lostIn(step, effects, view));

function wrongStatus(one: Case, effects: Effect[], view: RunView): string[] {
  const undone = view.compensations.length > 0;
  const failed = undone ? 'rolled-back' : 'failed';
  const wasCancelled =
    one.cancelAfter !== null && effects.filter(({ at }) => at === 'began').length >= one.cancelAfter;
  const mayHaveFailed = mustFail(one) || lostAttempt(one, effects, view);
  const allowed = [
    ...(mustFail(one) ? [] : ['succeeded']),
    ...(mayHaveFailed ? [failed] : []),
    ...(wasCancelled ? ['cancelled'] : []),
  ];
  const faults = allowed.includes(view.status)
    ? []
    : [`ended ${view.status} (${view.reason ?? ''}), expected ${allowed.join(' or ')}`];
  if (view.status !== 'succeeded') return faults;
  const unfinished = one.plan.steps.filter((step) => {
    if (mayFail(step) && lostIn(step, effects, view)) return false;
    const expected = isUnwanted(step) ? 'skipped' : failsForGood(one, step) ? 'failed' : 'succeeded';
    return view.steps.find(({ id }) => id === step.id)?.status !== expected;
  });
  return [...faults, ...unfinished.map(({ id }) => `succeeded, but ${id} is not what it must be`)];
}

/** Nothing begins before what it needs is over. */
function wrongOrder(one: Case, effects: Effect[]): string[] {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  effects.forEach(({ step, phase, at }, position) => {
    if (phase === 'compensate') return;
    if (!first.has(step)) first.set(step, position);
    if (at !== 'began') last.set(step, position);
  });
  return one.plan.steps.flatMap((step) => {
    const began = first.get(step.id);
    if (began === undefined) return [];
    return [...transitiveNeeds(one.plan, step.id)]
      .filter((need) => (last.get(need) ?? -1) > began)
      .map((need) => `${step.id} began before ${need} was over`);
  });
}

/** An effect succeeds once, and is tried as often as its step says; a message also when its workflow task was lost. */
function repeated(one: Case, effects: Effect[]): string[] {
  return one.plan.steps.flatMap((step) => {
    const own = effects.filter((effect) => effect.step === step.id && effect.phase === 'step');
    const done = own.filter(({ at }) => at === 'done').length;
    const began = own.filter(({ at }) => at === 'began').length;
    return [
      ...(done > 1 ? [`${step.id} took effect ${String(done)} times`] : []),
      ...(began > attemptsOf(step) && step.uses !== 'notify'
        ? [`${step.id} was tried ${String(began)} times`]
        : []),
    ];
  });
}

/** After a run that did not succeed, each effect that can be undone is undone after it, or by a person. */
function notUndone(one: Case, effects: Effect[], view: RunView): string[] {
  const undos = effects.filter(({ phase }) => phase === 'compensate');
  if (view.status === 'succeeded')
    return undos.map(({ step }) => `${step} was undone though the run succeeded`);
  return one.plan.steps.filter(isUndoable).flatMap(({ id }) => {
    const acted = effects.findLastIndex(({ step, phase }) => step === id && phase === 'step');
    if (acted < 0) return [];
    const undone = effects.findIndex(
      ({ step, phase, at }) => step === id && phase === 'compensate' && at === 'done',
    );
    const said = view.compensations.find(({ step }) => step === id);
    const byHand = said?.detail?.startsWith('somebody: ') === true && said.status !== 'failed';
    return undone > acted || byHand ? [] : [`${id} acted and was not undone`];
  });
}

/** Undone last in, first out: in the order that the run shows, and never before a step that needs it. */
function undoneInWrongOrder(one: Case, effects: Effect[], view: RunView): string[] {
  const order = [...new Set(effects.filter(({ phase }) => phase === 'compensate').map(({ step }) => step))];
  const shown = view.compensations.map(({ step }) => step).filter((step) => order.includes(step));
  const faults = order.join() === shown.join() ? [] : [`undone as ${order.join()}, shown as ${shown.join()}`];
  order.forEach((id, position) => {
    const needs = transitiveNeeds(one.plan, id);
    const early = order.slice(0, position).filter((undone) => needs.has(undone));
    faults.push(...early.map((need) => `${need} was undone before ${id}, which needs it`));
  });
  return faults;
}

/** Nothing acts once the undoing has begun, but for a message whose workflow task was lost: it may still be on its way. */
function actedWhileUndoing({ plan }: Case, effects: Effect[]): string[] {
  const undoing = effects.findIndex(({ phase }) => phase === 'compensate');
  if (undoing < 0) return [];
  const messages = new Set(plan.steps.filter(({ uses }) => uses === 'notify').map(({ id }) => id));
  return effects
    .slice(undoing)
    .filter(({ phase, step }) => phase !== 'compensate' && !messages.has(step))
    .map(({ step, at }) => `${step} ${at} while the run was being undone`);
}
