import { SagalineError } from '../src/domain/errors';
import { withGoldenPaths } from '../src/domain/golden-paths';
import { type PipelineFile, parsePipelines } from '../src/domain/pipeline-file';
import type { CustomStepDefinition, CustomSteps, GoldenPaths, Repositories } from '../src/ports';

/** Folder of a repository that holds its pipelines. */
export const pipelineFolder = '.sagaline';

/** Where pipelines come from. */
export interface FilePorts {
  repositories: Repositories;
  customSteps: CustomSteps;
  goldenPaths: GoldenPaths;
}

/**
 * The pipelines of a repository at a commit, and the platform's own for it; what is wrong with a file is said of that file.
 * Throws CommitNotFound or RepositoryUnreachable.
 */
export async function readPipelines(
  ports: FilePorts,
  repository: string,
  commit: string,
): Promise<PipelineFile[]> {
  const own = await ports.repositories.files(repository, commit, pipelineFolder);
  const files = withGoldenPaths(own, await ports.goldenPaths.files());
  if (files.length === 0) return [];
  const { steps, fault } = await loaded(ports.customSteps);
  const parsed = parsePipelines(files, { steps });
  if (fault === undefined) return parsed;
  return parsed.map((file) =>
    file.problem
      ? { ...file, problem: new SagalineError('InvalidPipeline', `${file.problem.detail}\n${fault}`) }
      : file,
  );
}

/** A package that cannot be loaded must not keep the pipelines from running that never use it. */
async function loaded(
  customSteps: CustomSteps,
): Promise<{ steps: ReadonlyMap<string, CustomStepDefinition>; fault?: string }> {
  try {
    return { steps: await customSteps.load() };
  } catch (error) {
    if (!(error instanceof SagalineError) || error.code !== 'InvalidConfiguration') throw error;
    return { steps: new Map(), fault: `the steps of sagaline.yaml cannot be used: ${error.detail}` };
  }
}
