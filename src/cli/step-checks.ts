import { PackageSteps } from '../adapters/steps/packages';
import type { CustomCheck } from '../domain/custom-problems';
import { SagalineError } from '../domain/errors';
import type { KnownConfiguration } from './configuration-file';
import type { FileProblem } from './problem-lines';

/** User-written steps by name, and what is wrong with their packages. */
export interface StepChecks {
  steps: ReadonlyMap<string, CustomCheck>;
  problems: FileProblem[];
}

/** The names alone: nothing is said about what the steps are given. */
export function unchecked({ steps }: KnownConfiguration): StepChecks {
  return { steps: new Map(steps.map((name) => [name, { check: () => [] }])), problems: [] };
}

/** Loads the packages that the configuration registers, which executes their code, so that they check their input. */
export async function loadedChecks(configuration: KnownConfiguration): Promise<StepChecks> {
  const { content, path } = configuration;
  if (!content) return unchecked(configuration);
  try {
    const steps = await new PackageSteps(path, { current: () => Promise.resolve(content) }).load();
    return { steps, problems: [] };
  } catch (error) {
    if (!(error instanceof SagalineError)) throw error;
    const problems = error.detail.split('\n').map((message) => ({ line: 1, column: 1, message }));
    return { ...unchecked(configuration), problems };
  }
}
