import { SagalineError } from './errors';
import { expand, type Plan } from './expand';
import { type CustomCheck, customProblems } from './custom-problems';
import { type CustomNames, type Pipeline, pipelineSchema, pipelineSchemaWith } from './pipeline';
import { type Doubts, draftOf, noDoubts } from './pipeline-draft';
import { expressionProblems } from './pipeline-expressions';
import { childConflicts, childProblems, type Family, faultyChildren } from './pipeline-family';
import { planErrors } from './plan-errors';
import type { Problem } from './problem';
import { builtInSteps } from './step-schemas';
import { placed, readStrict, refusal } from './strict-file';
import { maxBytes, type TextFault, type YamlDocument } from './yaml-document';

/** What is known around the files. */
export interface PipelineOptions {
  /** User-written steps by name. */
  steps?: ReadonlyMap<string, CustomCheck>;
  /** Other pipelines that `uses: pipeline` may name; for a single file, nothing is said of its children without them. */
  siblings?: ReadonlyMap<string, Pipeline>;
  /** Problems told of one file at most; 50 when nothing is said. */
  limit?: number;
}

/** What became of one file: its pipeline and what a run of it executes, or InvalidPipeline listing every problem. */
export interface PipelineFile {
  path: string;
  pipeline?: Pipeline;
  plan?: Plan;
  problem?: SagalineError;
}

/** A file that was read, as far as it can be: without a pipeline when it is none at all. */
interface Draft {
  path: string;
  document?: YamlDocument;
  pipeline?: Pipeline;
  doubts: Doubts;
  problems: Problem[];
  faults: TextFault[];
}

/** Reads a `.sagaline/*.yaml`. Throws InvalidPipeline listing every problem with its file, line, column and field. */
export function parsePipeline(file: string, text: string, options: PipelineOptions = {}): Pipeline {
  const { siblings, limit } = options;
  const draft = readDraft(file, text, schemaFor(options));
  const family = siblings && { siblings, unsound: new Set<string>() };
  addProblems(draft, family, options);
  if (family && isGood(draft)) draft.problems.push(...plannedProblems(draft.pipeline, siblings));
  if (isGood(draft)) return draft.pipeline;
  throw refusalOf(draft, limit);
}

/**
 * Reads the pipeline files of one repository together, so that child pipelines are checked and planned too. Never throws for
 * what is in a file; of two files with one name, the first counts.
 */
export function parsePipelines(
  files: readonly { path: string; text: string }[],
  options: PipelineOptions = {},
): PipelineFile[] {
  const schema = schemaFor(options);
  const drafts = files.map(({ path, text }) => readDraft(path, text, schema));
  const firsts = new Map<string, Draft & { pipeline: Pipeline }>();
  for (const draft of drafts) {
    const { pipeline } = draft;
    if (!pipeline || pipeline.name === '') continue;
    const first = firsts.get(pipeline.name);
    if (first) {
      const message = `another file already names its pipeline ${pipeline.name}: ${first.path}`;
      draft.problems.push({ path: ['name'], message });
    } else firsts.set(pipeline.name, { ...draft, pipeline });
  }
  const siblings = new Map(options.siblings);
  for (const [name, { pipeline }] of firsts) siblings.set(name, pipeline);
  const unsound = new Set(
    [...firsts].filter(([, { problems }]) => problems.length > 0).map(([name]) => name),
  );
  for (const draft of drafts) addProblems(draft, { siblings, unsound }, options);
  addChildFaults(drafts, firsts);
  for (const draft of drafts)
    if (isGood(draft)) draft.problems.push(...plannedProblems(draft.pipeline, siblings));
  addChildFaults(drafts, firsts);
  return drafts.map((draft) => {
    const { path } = draft;
    if (!isGood(draft)) return { path, problem: refusalOf(draft, options.limit) };
    return { path, pipeline: draft.pipeline, plan: expand(draft.pipeline, siblings) };
  });
}

type PipelineSchema = ReturnType<typeof pipelineSchemaWith>;

const builtInNames = new Set<string>(builtInSteps.map(({ shape }) => shape.uses.value));

/** A user-written step cannot take the place of one that the platform brings. */
function schemaFor({ steps = new Map<string, CustomCheck>() }: PipelineOptions): PipelineSchema {
  const names: CustomNames = [...steps.keys()].filter((name) => !builtInNames.has(name));
  return names.length === 0 ? pipelineSchema : pipelineSchemaWith(names);
}

function readDraft(path: string, text: string, schema: PipelineSchema): Draft {
  const read = readStrict(text, schema, maxBytes.pipeline);
  if ('faults' in read) return { path, doubts: noDoubts, problems: [], faults: read.faults };
  const { document, data, problems } = read;
  const known = data === undefined ? draftOf(schema, document.value) : { pipeline: data, doubts: noDoubts };
  return { path, document, doubts: noDoubts, ...known, problems: [...problems], faults: [] };
}

/** Everything that can be said of a pipeline and its siblings, before it is planned. */
function addProblems(draft: Draft, family: Family | undefined, { steps }: PipelineOptions): void {
  const { pipeline, doubts } = draft;
  if (!pipeline) return;
  draft.problems.push(
    ...planErrors(pipeline, doubts),
    ...expressionProblems({ pipeline, family, doubts }),
    ...(family ? childProblems(pipeline, family, doubts) : []),
    ...(steps ? customProblems(pipeline, steps, doubts) : []),
  );
}

/** A pipeline cannot be run whose child cannot: told until nothing new follows from it. */
function addChildFaults(drafts: Draft[], firsts: ReadonlyMap<string, Draft>): void {
  for (let changed = true; changed;) {
    changed = false;
    const faulty = new Map(
      [...firsts].filter(([, { problems }]) => problems.length > 0).map(([name, { path }]) => [name, path]),
    );
    for (const draft of drafts) {
      if (!isGood(draft)) continue;
      const problems = faultyChildren(draft.pipeline, faulty);
      draft.problems.push(...problems);
      changed ||= problems.length > 0;
    }
  }
}

/** What only the written-out plan shows. */
function plannedProblems(pipeline: Pipeline, siblings: ReadonlyMap<string, Pipeline>): Problem[] {
  try {
    return childConflicts(pipeline, expand(pipeline, siblings));
  } catch (error) {
    if (error instanceof SagalineError) return [{ path: ['steps'], message: error.detail }];
    throw error;
  }
}

function isGood(draft: Draft): draft is Draft & { pipeline: Pipeline } {
  return draft.pipeline !== undefined && draft.problems.length === 0 && draft.faults.length === 0;
}

function refusalOf({ path, document, problems, faults }: Draft, limit?: number): SagalineError {
  return refusal('InvalidPipeline', path, document ? placed(document, problems) : faults, limit);
}
