import type { RunView } from '../../src/domain/run';
import { type Said, type Service, services } from './train-world';

/** Whether a process lives. */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
/** What was undone, in the order in which that began. */
export const undone = ({ compensations }: RunView): string[] =>
  compensations
    .toSorted((a, b) => Date.parse(a.startedAt ?? '') - Date.parse(b.startedAt ?? ''))
    .map(({ step, status }) => `${step} ${status}`);

/** What was done, in the order in which it began. */
export const acted = ({ steps }: RunView): string[] =>
  steps
    .filter(({ id, startedAt }) => startedAt !== null && !/^build-|smoke/.test(id))
    .toSorted((a, b) => Date.parse(a.startedAt ?? '') - Date.parse(b.startedAt ?? ''))
    .map(({ id }) => id);

/** Of every service, in the order of their release. */
export const versions = (said: Record<Service, Said>) => services.map((service) => said[service].version);
export const settings = (said: Record<Service, Said>) => services.map((service) => said[service].setting);
export const pids = (said: Record<Service, Said>) => services.map((service) => said[service].pid);

/** The times of docs/trains.md, in ms. */
export function tell({ steps, compensations }: RunView): void {
  const took = (one: { startedAt: string | null; finishedAt: string | null } | undefined) =>
    Date.parse(one?.finishedAt ?? '') - Date.parse(one?.startedAt ?? '');
  const failed = Date.parse(steps.find(({ status }) => status === 'failed')?.finishedAt ?? '');
  const back = Math.max(...compensations.map(({ finishedAt }) => Date.parse(finishedAt ?? '')));
  const each = compensations.map((one) => `${one.step} ${String(took(one))} ms`).join(', ');
  console.info(`undone in ${String(back - failed)} ms: ${each}`);
}
