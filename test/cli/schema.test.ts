import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, sagaline } from './capture';

const published = (name: string) => readFileSync(join(__dirname, '../../schema', name), 'utf8');

let folder: string;
let remove: () => void;
beforeEach(() => ({ folder, remove } = folderWith()));
afterEach(() => remove());

describe('sagaline schema', () => {
  it('prints what is published', async () => {
    expect(await sagaline(['schema'], { folder })).toEqual({
      code: 0,
      out: published('pipeline.schema.json'),
      err: '',
    });
    expect((await sagaline(['schema', 'configuration'], { folder })).out).toBe(
      published('configuration.schema.json'),
    );
  });

  it('is a schema of 2020-12 with an id, a title and a description of every field', () => {
    const schema = JSON.parse(published('pipeline.schema.json'));
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:sagaline:v1:pipeline',
      title: 'Sagaline pipeline',
      properties: {
        concurrency: { properties: { onNewer: { description: expect.stringContaining('coalesce') } } },
      },
    });
  });

  it('writes a file, with the user-written steps of a configuration', async () => {
    const configuration = 'apiVersion: sagaline/v1\nsteps: [{ name: upload, package: ./upload.js }]\n';
    const made = folderWith({ 'platform/sagaline.yaml': configuration });
    const words = ['schema', '--config', 'platform/sagaline.yaml', '--out', 'own.json'];
    expect(await sagaline(words, { folder: made.folder })).toEqual({ code: 0, out: '', err: '' });
    const text = readFileSync(join(made.folder, 'own.json'), 'utf8');
    made.remove();
    expect(text).toContain('"upload"');
    expect(published('pipeline.schema.json')).not.toContain('"upload"');
  });

  it('refuses what is no file of Sagaline', async () => {
    expect(await sagaline(['schema', 'events'], { folder })).toMatchObject({ code: 2, out: '' });
  });
});
