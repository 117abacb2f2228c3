import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { missingFields } from '../../scripts/field-tables';
import { generatedFiles } from '../../scripts/write-schemas';
import { configurationDescriptions } from '../../src/cli/configuration-descriptions';
import { descriptionNames, visitFields } from '../../src/cli/described-schema';
import { configurationJsonSchema, pipelineJsonSchema } from '../../src/cli/json-schemas';
import { pipelineDescriptions } from '../../src/cli/pipeline-descriptions';
import { parsePipelines } from '../../src/domain/pipeline-file';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const reference = read('docs/pipelines.md');

/** The YAML of a document: whole files, lists of steps, and top-level fields, each made a file of its own. */
function examples(document: string): { path: string; text: string }[] {
  const blocks = [...document.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
  return blocks.map((text, at) => {
    const head = `apiVersion: sagaline/v1\nname: example-${String(at)}\n`;
    const path = `example-${String(at)}.yaml`;
    if (text.startsWith('apiVersion:')) return { path, text };
    if (text.startsWith('- ')) return { path, text: `${head}on: [{ event: push }]\nsteps:\n${text}` };
    const steps = text.includes('\nsteps:') ? '' : 'steps: [{ id: build, uses: scan }]\n';
    const on = text.startsWith('on:') ? '' : 'on: [{ event: push }]\n';
    return { path, text: `${head}${on}${text}${steps}` };
  });
}

it.each([...generatedFiles(root)])(
  '%s is current; `node dist/scripts/write-schemas.js` writes it anew',
  (path, text) => {
    expect(read(path)).toBe(text);
  },
);

describe('docs/pipelines.md', () => {
  it('explains every field', () => {
    expect(missingFields(reference)).toEqual([]);
    expect(missingFields(reference.replace('<!-- fields: freeze -->', ''))).toContain('freeze.reason');
  });

  it('has examples that are valid', () => {
    const files = examples(reference);
    expect(files.length).toBeGreaterThan(12);
    expect(parsePipelines(files).map(({ path, problem }) => [path, problem?.detail])).toEqual(
      files.map(({ path }) => [path, undefined]),
    );
  });
});

it('describes nothing that is not a field', () => {
  const named = new Set<string>();
  const note = (_: unknown, place: Parameters<typeof descriptionNames>[0]) =>
    descriptionNames(place).forEach((name) => named.add(name));
  visitFields(pipelineJsonSchema(['custom']), note);
  expect(Object.keys(pipelineDescriptions).filter((name) => !named.has(name))).toEqual([]);
  named.clear();
  visitFields(configurationJsonSchema(), note);
  expect([...named].toSorted()).toEqual(Object.keys(configurationDescriptions).toSorted());
});

describe('the JSON Schema of pipelines', () => {
  const schema = z.fromJSONSchema(JSON.parse(read('schema/pipeline.schema.json')));
  const folders = ['templates', 'examples/shop/.sagaline'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );

  it.each(files)('accepts %s', (path) => {
    expect(schema.safeParse(parse(read(path))).error).toBeUndefined();
  });

  it.each(examples(reference))('accepts $path of the reference', ({ text }) => {
    expect(schema.safeParse(parse(text)).error).toBeUndefined();
  });

  it.each(['steps: []', 'surprise: 1', 'on: [{ event: psh }]', 'steps: [{ id: build, uses: shell }]'])(
    'refuses %s',
    (line) => {
      const good = { apiVersion: 'sagaline/v1', name: 'x', on: [], steps: [{ id: 'scan', uses: 'scan' }] };
      expect(schema.safeParse(good).success).toBe(true);
      expect(schema.safeParse({ ...good, ...parse(line) }).success).toBe(false);
    },
  );

  it('knows user-written steps by name', () => {
    const custom = z.fromJSONSchema(pipelineJsonSchema(['upload']));
    const pipeline = { apiVersion: 'sagaline/v1', name: 'x', on: [], steps: [{ id: 'put', uses: 'upload' }] };
    expect(custom.safeParse(pipeline).success).toBe(true);
    expect(schema.safeParse(pipeline).success).toBe(false);
  });
});
