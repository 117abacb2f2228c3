import type { Plan, PlannedStep } from './expand';
import type { EmitStep, NotifyStep } from './pipeline';
import { environmentOf, readySteps, type StepStates } from './plan';

/** A step that does nothing but tell somebody something. */
export type MessageStep = PlannedStep & (EmitStep | NotifyStep);

/** Messages that are sent together, at most: their results are one value of the history. */
const most = 10;

/** Milliseconds after which no further message of a row is begun: its workflow task waits for it, and so do the results. */
export const rowMs = 1_000;

/** A message that nobody wants tried in a way of its own, or elsewhere. */
function isPlain(step: PlannedStep): step is MessageStep {
  if (step.uses !== 'notify' && step.uses !== 'emit') return false;
  const { scope, runsOn, retry } = step;
  return [scope, runsOn, retry, environmentOf(step)].every((given) => given === undefined);
}

/** Whether all is known before the turn of a step has come: no condition, and no text that names what a step gave or how it ended. */
const isForeseen = ({ when, with: told }: MessageStep): boolean =>
  when === undefined && !JSON.stringify(told).includes('steps');

/**
 * The messages that follow a message one after the other, where nothing else becomes ready between them: they can be sent
 * together with it. Empty where the first one itself must be tried alone.
 */
export function followingMessages(plan: Plan, states: StepStates, first: MessageStep): MessageStep[] {
  const found: MessageStep[] = [];
  if (!isPlain(first)) return found;
  const later = { ...states, [first.id]: 'succeeded' as const };
  while (found.length < most - 1) {
    const [next, ...others] = readySteps(plan, later);
    if (next === undefined || others.length > 0 || !isPlain(next) || !isForeseen(next)) break;
    found.push(next);
    later[next.id] = 'succeeded';
  }
  return found;
}
