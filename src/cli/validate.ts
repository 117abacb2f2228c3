import type { Command } from 'commander';
import { parsePipelines } from '../domain/pipeline-file';
import { readConfiguration } from './configuration-file';
import { pipelineFolder, pipelineFolders } from './pipeline-files';
import { type FileProblem, problemsIn } from './problem-lines';
import { loadedChecks, unchecked } from './step-checks';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

/** What is said about one file; `pipeline` is null where none could be read. */
interface FileReport {
  file: string;
  pipeline: string | null;
  /** Steps that the file writes; a matrix or a child pipeline counts as one. */
  steps: number;
  problems: FileProblem[];
}

interface ValidateOptions {
  config?: string;
  json?: true;
}

/** `sagaline validate`: everything that is wrong with pipeline files, without a server. */
export function addValidate(program: Command, terminal: Terminal): void {
  program
    .command('validate')
    .description('tell everything that is wrong with pipeline files')
    .argument('[paths...]', 'files, or folders that hold some', [pipelineFolder])
    .option(
      '--config <file>',
      'platform configuration; its user-written steps are loaded to check their input (default: sagaline.yaml, names only)',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sagaline validate .sagaline --config ../platform/sagaline.yaml')
    .action((paths: string[], options: ValidateOptions) => validate(paths, options, terminal));
}

async function validate(
  paths: string[],
  { config, json }: ValidateOptions,
  terminal: Terminal,
): Promise<void> {
  const configuration = readConfiguration(config, terminal);
  // A file that merely lies there may have come with the repository; its packages are code and are not executed.
  const checks = config === undefined ? unchecked(configuration) : await loadedChecks(configuration);
  const options = { steps: checks.steps, limit: Infinity };
  const reports = pipelineFolders(paths, terminal.folder).flatMap(({ files, asked }) =>
    parsePipelines(files, options)
      .filter(({ path }) => asked.has(path))
      .map(({ path, pipeline, problem }): FileReport => ({
        file: path,
        pipeline: pipeline?.name ?? null,
        steps: pipeline?.steps.length ?? 0,
        problems: problem === undefined ? [] : problemsIn(path, problem.detail),
      })),
  );
  const problems = [...configuration.problems, ...checks.problems];
  if (problems.length > 0) reports.unshift({ file: configuration.file, pipeline: null, steps: 0, problems });
  const valid = reports.every(({ problems }) => problems.length === 0);
  if (json === true) printJson(terminal, { valid, files: reports });
  else for (const line of reportLines(reports)) print(terminal, line);
  if (!valid) throw new CommandEnd(exitCodes.refused);
}

function reportLines(reports: FileReport[]): string[] {
  const lines = reports.flatMap(({ file, problems }) =>
    problems.map(({ line, column, message }) => `${[file, line, column].join(':')}: ${message}`),
  );
  const wrong = reports.filter(({ problems }) => problems.length > 0).length;
  const steps = reports.reduce((sum, report) => sum + report.steps, 0);
  const summary =
    wrong === 0
      ? `${counted(reports.length, 'file')} valid: ${counted(steps, 'step')}`
      : `${String(wrong)} of ${counted(reports.length, 'file')} not valid: ${counted(lines.length, 'problem')}`;
  return [...lines, summary];
}

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
