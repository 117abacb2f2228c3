import { statusOfRun } from '../domain/commit-status';
import { valueMasker } from '../domain/redact-value';
import type { RunStatus } from '../domain/run';
import type { Configuration, RunHistories } from '../ports';
import type { StatusOf } from './follow';

/** Statuses whose reason says whom or what a run waits for: a list of runs does not show it. */
const waitsForSomebody: readonly RunStatus[] = ['waiting', 'needs-human'];

/** The statuses of runs whose repositories have a `report` in sagaline.yaml, without secrets. */
export function statusesOf(
  configuration: Configuration,
  histories: Pick<RunHistories, 'open'>,
  secrets: () => Promise<string[]>,
): StatusOf {
  return async (run, view) => {
    // The ledger follows the runs also while there is no valid file.
    const current = await configuration.current().catch(() => undefined);
    const settings = current?.repositories.find(({ name }) => name === run.repository);
    if (!settings?.report) return undefined;
    const asked = waitsForSomebody.includes(run.status) ? await histories.open(run) : undefined;
    const status = statusOfRun({ ...run, ...(view ?? asked) }, run.startedAt);
    return status && valueMasker(await secrets())(status);
  };
}
