import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePipeline, parsePipelines } from '../../src/domain/pipeline-file';

/** Files of the language `sagaline/v1`, by the version that they were written for: a file that loads once loads for ever. */
const folder = join(__dirname, 'pipelines/v1');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const names = readdirSync(folder);
const steps = new Map([
  [
    'deploy-thing',
    { check: (input: unknown) => (input === 7 ? [{ path: [], message: 'must be a map' }] : []) },
  ],
]);

describe('files of sagaline/v1', () => {
  it('load together', () => {
    const files = names.filter((name) => name.endsWith('.yaml')).map((path) => ({ path, text: read(path) }));
    expect(files.length).toBeGreaterThan(7);
    const results = parsePipelines(files, { steps });
    expect(results.map(({ problem }) => problem?.detail).filter((detail) => detail !== undefined)).toEqual(
      [],
    );
    expect(results.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
    for (const { pipeline, plan } of results)
      expect(plan?.steps.length).toBeGreaterThanOrEqual(pipeline?.steps.length ?? 1);
  });

  it.each(names.filter((name) => name.endsWith('.json')))('mean what 0.1.0 read in them: %s', (name) => {
    const pipeline = parsePipeline(name, read(name.replace('.json', '.yaml')));
    expect(pipeline).toMatchObject(JSON.parse(read(name)) as object);
  });

  it('have every field of today', () => {
    const { steps: written, ...head } = parsePipelines(
      ['today.yaml', 'today-child.yaml'].map((path) => ({ path, text: read(path) })),
      { steps },
    )[0]?.pipeline ?? { steps: [] };
    expect(Object.keys(head).sort()).toEqual(['apiVersion', 'concurrency', 'freeze', 'inputs', 'name', 'on']);
    const kinds = ['approval', 'canary', 'custom', 'emit', 'http', 'notify', 'pipeline', 'shell', 'wait'];
    expect([...new Set(written.map(({ uses }) => uses))].sort()).toEqual(kinds);
  });
});
