import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SagalineEvent } from '../../domain/event';
import { publicEventId } from '../../domain/event-id';
import { SagalineError } from '../../domain/errors';
import type { Plan } from '../../domain/expand';
import { inboxId, runWorkflowId } from '../../domain/identity';
import { completeInputs, type Inputs } from '../../domain/inputs';
import { unknownNames } from '../../domain/known-names';
import type { Pipeline } from '../../domain/pipeline';
import { parsePipelines } from '../../domain/pipeline-file';
import { type RunInput, runVersion } from '../../domain/run';
import { triggered } from '../../domain/triggers';
import { type KnownConfiguration, readConfiguration } from '../configuration-file';
import type { InputValue } from '../input-option';
import { pipelineFolder, pipelineFolders } from '../pipeline-files';
import { loadedChecks, unchecked } from '../step-checks';
import { CommandEnd, exitCodes, type Terminal } from '../terminal';

/** A pipeline as a run executes it, and what sagaline.yaml says beside it. */
export interface Found {
  pipeline: Pipeline;
  plan: Plan;
  configuration: KnownConfiguration;
}

/** Stand-ins for what an event does not say. */
const anyCommit = '0'.repeat(40);
const anyRepository = 'example/repository';

/** Finds a pipeline by its file or, in `.sagaline`, by its name. Throws CommandEnd with everything that is wrong with it. */
export async function findPipeline(
  named: string,
  config: string | undefined,
  terminal: Terminal,
): Promise<Found> {
  const configuration = readConfiguration(config, terminal);
  const checks = config === undefined ? unchecked(configuration) : await loadedChecks(configuration);
  const isFile = existsSync(resolve(terminal.folder, named));
  const files = pipelineFolders([isFile ? named : pipelineFolder], terminal.folder).flatMap((folder) =>
    parsePipelines(folder.files, { steps: checks.steps, limit: Infinity }).map((file) => ({
      ...file,
      isAsked: folder.asked.has(file.path) && (isFile || file.pipeline?.name === named),
    })),
  );
  const asked = files.filter(({ isAsked }) => isAsked);
  const [only, ...others] = asked;
  if (only && others.length > 0)
    throw wrong(`${named} holds ${String(asked.length)} pipelines: name one file.`);
  if (only?.pipeline && only.plan) return { pipeline: only.pipeline, plan: only.plan, configuration };
  if (only) throw wrong(only.problem?.detail ?? `${only.path} cannot be read.`);
  const names = files.flatMap(({ pipeline }) => pipeline?.name ?? []);
  const faulty = files.flatMap(({ problem }) => problem?.detail ?? []);
  throw wrong(
    [
      `There is no pipeline ${named} in ${pipelineFolder}: ${names.join(', ') || 'none'} can be used.`,
      ...faulty,
    ].join('\n'),
  );
}

/** What the event would start, as the platform would start it. Throws CommandEnd where it would start nothing. */
export function runInputOf(
  { pipeline, plan, configuration }: Found,
  event: SagalineEvent,
  given: Readonly<Record<string, InputValue>>,
): { workflowId: string; input: RunInput } {
  const match = triggered(pipeline, event, { unknown: 'a rehearsal reads no repository' });
  if (!match.matched) throw wrong(`The event does not start ${pipeline.name}: ${match.reason}.`);
  if (event.data['deleted'] === true) throw wrong('The event starts nothing: the ref was deleted.');
  const { content } = configuration;
  const unknown = content ? unknownNames(plan, content) : [];
  if (unknown.length > 0) throw wrong(unknown.join('\n'));
  const project = content?.project ?? 'default';
  const repository =
    event.kind === 'image' ? anyRepository : (textOf(event.data['repository']) ?? anyRepository);
  return {
    workflowId: runWorkflowId(project, repository, pipeline.name, event.key),
    input: {
      ...{ project, repository, event, pipeline: plan, version: runVersion },
      commit: textOf(event.data['commit']) ?? anyCommit,
      eventId: publicEventId(inboxId(project, event.source, event.subject), event.key),
      order: { time: Date.parse(event.receivedAt), counter: 1 },
      inputs: inputsOf(pipeline, event, given),
    },
  };
}

function inputsOf(
  { inputs = {} }: Pipeline,
  event: SagalineEvent,
  given: Readonly<Record<string, InputValue>>,
): Inputs {
  const sent = event.kind === 'manual' ? event.data['inputs'] : undefined;
  try {
    return completeInputs(inputs, { ...(sent as Record<string, unknown> | undefined), ...given });
  } catch (error) {
    if (!(error instanceof SagalineError)) throw error;
    throw wrong(error.detail);
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What a person must correct before anything can be rehearsed. */
export const wrong = (message: string): CommandEnd => new CommandEnd(exitCodes.usage, message);
