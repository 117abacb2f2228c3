import { workflowInfo } from '@temporalio/workflow';
import { interpolate } from '../src/domain/expression';
import type { PlannedStep } from '../src/domain/expand';
import { artifactSources } from '../src/domain/plan';
import type { RunInput, StepOutput } from '../src/domain/run';

/** What the steps of one run share. */
export interface StepContext {
  input: RunInput;
  /** The run's id. */
  run: string;
  /** The ref that the event is about; null where it names none. */
  ref: string | null;
  outputs: Record<string, StepOutput>;
  /** Workflow ids of the canaries that were started, by step. */
  canaries: Map<string, string>;
  /** The text with its `${...}` expressions replaced; `hashFiles` leaves a mark for the worker that has the files. */
  text: (template: string) => string;
  env: (env: Record<string, string>) => Record<string, string>;
  /** Digests of the archives of the steps it needs, in pipeline order. */
  artifacts: (step: PlannedStep) => string[];
  /** The first write sequence of a block that is above all blocks before it. */
  nextSequences: () => number;
}

/** Write sequences set aside for one canary: more than its shifts can ever be. */
const sequencesPerBlock = 1_000_000;

/** Only the worker that has the files can hash them; no event text can hold the mark's NUL. */
const marked = { hashFiles: (...files: string[]) => `\0${JSON.stringify(files)}\0` };

export function createStepContext(input: RunInput, canaries: Map<string, string>): StepContext {
  const { pipeline, repository, commit, event } = input;
  const run = workflowInfo().workflowId;
  const outputs: Record<string, StepOutput> = {};
  let blocks = 0;
  const text = (template: string) =>
    interpolate(
      template,
      { event, steps: outputs, run: { id: run, commit, repository } },
      { functions: marked },
    );
  return {
    input,
    run,
    ref: typeof event.data['ref'] === 'string' ? event.data['ref'] : null,
    outputs,
    canaries,
    text,
    env: (env) => Object.fromEntries(Object.entries(env).map(([name, value]) => [name, text(value)])),
    artifacts: (step) =>
      artifactSources(pipeline, step)
        .map(({ id }) => outputs[id]?.artifact)
        .filter((digest) => typeof digest === 'string'),
    nextSequences() {
      blocks += 1;
      return blocks * sequencesPerBlock;
    },
  };
}
