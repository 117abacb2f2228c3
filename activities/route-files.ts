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

/** What the files of a commit were last read as: reading them costs more than all else that an event needs. */
const lastRead = new WeakMap<object, { golden: string; steps: unknown; parsed: PipelineFile[] }>();

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
  const platform = await ports.goldenPaths.files();
  const { steps, fault } = await loaded(ports.customSteps);
  const golden = JSON.stringify(platform);
  const last = lastRead.get(own);
  if (fault === undefined && last?.golden === golden && last.steps === steps) return last.parsed;
  const parsed = parsePipelines(withGoldenPaths(own, platform), { steps });
  if (fault === undefined) {
    lastRead.set(own, { golden, steps, parsed });
    return parsed;
  }
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
