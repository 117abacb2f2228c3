import { valueMasker } from '../domain/redact-value';
import type { RunView } from '../domain/run';
import type { RunHistories } from '../ports';

/** The same histories, without secrets in what runs say of themselves; `secrets` are those of the moment. */
export function maskedRuns(histories: RunHistories, secrets: () => Promise<string[]>): RunHistories {
  const masked = async (view: RunView | undefined): Promise<RunView | undefined> => {
    if (!view) return undefined;
    const mask = valueMasker(await secrets());
    const { reason, steps, compensations } = view;
    return { ...view, ...mask({ reason, steps, compensations }) };
  };
  return {
    changedSince: (closed, started) => histories.changedSince(closed, started),
    open: async (run) => masked(await histories.open(run)),
    closed: async (run) => masked(await histories.closed(run)),
  };
}
