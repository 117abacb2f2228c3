import type { Message, RowMessage } from '../activities/messages';
import { milliseconds } from '../src/domain/duration';
import { followingMessages, type MessageStep, rowMs } from '../src/domain/following-messages';
import { messageActivities, sendTogether } from './activities';
import type { Board } from './board';
import { emptyOutput } from './names';
import type { StepContext } from './step-context';

/** Time in ms for what a row does beside sending. */
const marginMs = 1_000;

/** Executes one message step on a pool, null for the default one, and returns the line that the run shows for it. */
export type ExecuteMessage = (step: MessageStep, pool: string | null) => Promise<string>;

/**
 * Message steps of a run. Those that follow one another are sent together, because each result of a local activity is one more
 * activation of the workflow; every step keeps its own state, and what was not sent so is tried alone.
 */
export function createMessageSteps(context: StepContext, board: Board): ExecuteMessage {
  const { pipeline, version = 1 } = context.input;
  /** Steps that have been in a row, with their results; what was not sent so has none, and is tried alone. */
  const inRow = new Map<string, { output: string } | undefined>();

  const sendRow = async (first: MessageStep): Promise<void> => {
    const row = [first, ...followingMessages(pipeline, board.states(), first)];
    const messages: RowMessage[] = [];
    for (const step of row) {
      try {
        messages.push({ ...messageOf(step, context), limitMs: milliseconds(step.timeout) });
      } catch {
        // What is wrong with it is said when its turn comes.
        break;
      }
    }
    if (messages.length < 2) return;
    // Each has a limit of its own, and the last one begins within the row's time.
    const longest = Math.max(...messages.map(({ limitMs }) => limitMs));
    const results = await sendTogether(messages, rowMs + longest + marginMs);
    for (const [at, { id }] of row.entries()) inRow.set(id, results[at]);
  };

  return async (step, pool) => {
    const isAlone = context.isAlone();
    if (version >= 3 && pool === null && isAlone && !inRow.has(step.id)) await sendRow(step);
    const { output } = inRow.get(step.id) ?? (await sendAlone(step, pool, isAlone, context));
    context.outputs[step.id] = { ...emptyOutput(), output };
    return step.uses === 'emit' ? `emitted ${step.with.type}` : `told ${step.with.to}`;
  };
}

function sendAlone(
  step: MessageStep,
  pool: string | null,
  isAlone: boolean,
  context: StepContext,
): Promise<{ output: string }> {
  const { emitEvent, notify } = messageActivities({ ...step, pool }, isAlone);
  const message = messageOf(step, context);
  return message.kind === 'emit' ? emitEvent(message.input) : notify(message.input);
}

/** What a step tells; throws where one of its expressions has no value. */
function messageOf(step: MessageStep, context: StepContext): Message {
  if (step.uses === 'notify') {
    const { to, message } = step.with;
    const input = { run: context.run, step: step.id, to, message: context.text(step, message) };
    return { kind: 'notify', input };
  }
  const { project, repository, commit, event } = context.input;
  const { type, subject, data } = step.with;
  const input = {
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
  };
  return { kind: 'emit', input };
}
