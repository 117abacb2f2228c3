import { parsePipelines, type PipelineOptions } from '../../src/domain/pipeline-file';

/** A pipeline file whose lines after the name are given. */
export const file = (name: string, ...lines: string[]) => ({
  path: `${name}.yaml`,
  text: [`apiVersion: sagaline/v1`, `name: ${name}`, ...lines].join('\n'),
});
/** A step that uses another pipeline; `more` stands behind its name. */
export const uses = (id: string, pipeline: string, more = ''): string =>
  `  - { id: ${id}, uses: pipeline, with: { pipeline: ${pipeline}${more} } }`;
/** A child pipeline of one step. */
export const leaf = (name: string) => file(name, 'on: []', 'steps:', '  - { id: go, uses: scan }');
/** A pipeline for pushes with these steps: the first stands in line 5. */
export const parent = (name: string, ...steps: string[]) =>
  file(name, 'on: [{ event: push }]', 'steps:', ...steps);

/** Every problem of the files, each with its file, line and column. */
export const problemsOf = (files: { path: string; text: string }[], options?: PipelineOptions): string[] =>
  parsePipelines(files, options).flatMap(({ problem }) => problem?.detail.split('\n') ?? []);

/** A release in production. */
export const canary = (id: string, service = 'shop'): string =>
  `  - { id: ${id}, uses: canary, with: { service: ${service}, environment: production, start: x } }`;
