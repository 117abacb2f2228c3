import type { RunStatus } from '../domain/run';
import type { RunAnswer } from './answers';
import { columns, plain } from './table';

const openStatuses: readonly RunStatus[] = ['queued', 'running', 'waiting', 'needs-human'];

/** Whether a run can still change. */
export const isOpen = (run: Pick<RunAnswer, 'status'>): boolean => openStatuses.includes(run.status);

/** A run as lines for people: what it is, its steps, what was undone, and what it waits for. */
export function runText(run: RunAnswer): string[] {
  const lane = run.service === null ? [] : [['deploys', `${run.service} to ${run.environment ?? ''}`]];
  const head = [
    ['pipeline', run.pipeline],
    ['repository', run.repository],
    ['commit', run.commit],
    ...lane,
    ['status', run.reason === null ? run.status : `${run.status}: ${run.reason}`],
  ];
  const steps = run.steps.map(({ id, uses, status, detail }) => [id, uses, status, detail ?? '']);
  const undone = run.compensations.map(({ step, status, detail }) => [step, status, detail ?? '']);
  return [
    plain(run.id),
    ...columns(head, '  '),
    '',
    ...columns([['STEP', 'USES', 'STATUS', 'DETAIL'], ...steps], '  '),
    ...(undone.length > 0 ? ['', ...columns([['UNDO OF', 'STATUS', 'DETAIL'], ...undone], '  ')] : []),
    ...hints(run).map((hint) => `\n${hint}`),
  ];
}

/** Commands that help a run on that waits for a person. */
function hints(run: RunAnswer): string[] {
  const id = quoted(run.id);
  if (run.status === 'needs-human') {
    const failed = run.compensations.find(({ status }) => status === 'failed');
    return failed
      ? [`Decide: sagaline run resolve ${id} --step ${failed.step} --action retry|skip|done --reason <why>`]
      : [];
  }
  const waiting = run.steps.filter(({ uses, status }) => uses === 'approval' && status === 'waiting');
  return waiting.map(
    ({ id: step }) => `Decide: sagaline run approve|reject ${id} --step ${step} --reason <why>`,
  );
}

/** An id as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w:%@./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
