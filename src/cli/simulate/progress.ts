import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { signals } from '../../domain/messages';
import type { Note } from './timeline';

/** What the canaries of a run told it, such as `shift`, `held` and `promote`, with the reason. */
export async function progressOf(run: WorkflowHandle): Promise<Note[]> {
  const { events } = await run.fetchHistory();
  return (events ?? []).flatMap(({ eventTime, workflowExecutionSignaledEventAttributes: signal }) => {
    const payload = signal?.input?.payloads?.[0];
    if (signal?.signalName !== signals.progress || !payload) return [];
    const { step, detail } = defaultPayloadConverter.fromPayload<{ step: string; detail: string }>(payload);
    const [event = '', ...reason] = detail.split(': ');
    return [{ at: millisecondsOf(eventTime), step, event, detail: reason.join(': ') }];
  });
}

const millisecondsOf = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): number =>
  Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1e6);

/** What a canary says when it moves traffic. */
const moves = ['shift', 'promote', 'abort'];

/** Notes of traffic with the reason that the canary gave for each move, in place of the two apart. */
export function withReasons(notes: readonly Note[], progress: readonly Note[]): Note[] {
  const reasons = progress.filter(({ event }) => moves.includes(event));
  const said = notes.map((note) => {
    if (note.event !== 'traffic') return note;
    const at = reasons.findIndex(({ step }) => step === note.step);
    const [reason] = at < 0 ? [] : reasons.splice(at, 1);
    return { ...note, detail: [note.detail, reason?.detail].filter(Boolean).join(': ') };
  });
  return [...said, ...progress.filter(({ event }) => !moves.includes(event)), ...reasons];
}
