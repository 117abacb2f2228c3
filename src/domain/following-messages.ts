import type { Plan, PlannedStep } from './expand';
import type { EmitStep, NotifyStep } from './pipeline';
import { environmentOf, readySteps, type StepStates } from './plan';

/** A step that does nothing but tell somebody something. */
export type MessageStep = PlannedStep & (EmitStep | NotifyStep);

/** Messages that are sent together, at most: their results are one value of the history. */
const most = 10;

/** A message that depends on nothing which is decided between the step before it and itself. */
function isForeseen(step: PlannedStep): step is MessageStep {
  if (step.uses !== 'notify' && step.uses !== 'emit') return false;
  const { when, scope, runsOn, retry } = step;
  if ([when, scope, runsOn, retry, environmentOf(step)].some((given) => given !== undefined)) return false;
  // What a step gave, or how it ended, is known when its turn has come.
  return !/\bsteps\b/.test(JSON.stringify(step.with));
}

/**
 * The messages that follow a message one after the other, where nothing else becomes ready between them: they can be sent
 * together with it. Empty where the first one itself must be tried alone.
 */
export function followingMessages(plan: Plan, states: StepStates, first: MessageStep): MessageStep[] {
  const found: MessageStep[] = [];
  if (!isForeseen(first)) return found;
  const later = { ...states, [first.id]: 'succeeded' as const };
  while (found.length < most - 1) {
    const [next, ...others] = readySteps(plan, later);
    if (next === undefined || others.length > 0 || !isForeseen(next)) break;
    found.push(next);
    later[next.id] = 'succeeded';
  }
  return found;
}
