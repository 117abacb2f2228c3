import { milliseconds } from '../src/domain/duration';
import type { PlannedStep } from '../src/domain/expand';
import type { Undo } from '../src/domain/pipeline';
import { compensationActivities } from './activities';
import { changeOf, type StepContext } from './step-context';

type Undoable = PlannedStep & { environment?: string | undefined; secrets?: string[] };

/** The undo of a step, with everything that it needs resolved now; `result` gives what the step returned, if it did. */
export function undoOf(
  step: Undoable,
  undo: Undo,
  pool: string | null,
  context: StepContext,
  result: () => unknown = () => null,
): () => Promise<void> {
  const timeoutMs = milliseconds(undo.timeout);
  const activities = compensationActivities(step.id, timeoutMs, pool);
  const base = { ...changeOf(step, context), phase: 'compensate' as const, timeoutMs };
  switch (undo.uses) {
    case 'http': {
      const input = { ...base, ...httpCall(undo.with, step, context), finalFailures: [] };
      return async () => {
        await activities.callHttp(input);
      };
    }
    case 'custom': {
      const { action } = undo;
      const input = {
        ...base,
        action,
        with: context.json(step, undo.with),
        artifacts: context.artifacts(step),
      };
      return async () => {
        await activities.runCustom({ ...input, result: result() });
      };
    }
    case 'shell': {
      const { run: script } = undo.with;
      const env = context.env(step, undo.env);
      const input = { ...base, script, env, artifacts: context.artifacts(step), collect: [], cache: null };
      return async () => {
        await activities.runShell(input);
      };
    }
  }
}

/** An HTTP call with its expressions replaced; secrets are still marks. */
export function httpCall(
  { method, url, headers, body, expect }: Extract<Undo, { uses: 'http' }>['with'],
  step: PlannedStep,
  context: StepContext,
) {
  return {
    method,
    url: context.text(step, url),
    headers: context.env(step, headers),
    ...(body !== undefined && { body: context.text(step, body) }),
    ...(expect !== undefined && { expect }),
  };
}
