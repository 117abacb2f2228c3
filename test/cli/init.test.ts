import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenPaths } from '../../src/cli/golden-paths';
import { parsePipeline } from '../../src/domain/pipeline-file';
import { folderWith, sagaline } from './capture';

const kinds = Object.keys(goldenPaths) as (keyof typeof goldenPaths)[];
const templates = join(__dirname, '../../templates');

let folder: string;
let remove: () => void;
beforeEach(() => ({ folder, remove } = folderWith()));
afterEach(() => remove());

const init = (...words: string[]) => sagaline(['init', ...words], { folder });
const written = (path: string) => readFileSync(join(folder, path), 'utf8');

describe.each(kinds)('sagaline init %s', (kind) => {
  const file = `.sagaline/${goldenPaths[kind].name}.yaml`;

  it('writes a pipeline that is valid, and says what to do next', async () => {
    const { code, out, err } = await init(kind);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Wrote ${file}.\nNext:\n  1. change what is marked "change:" in ${file}\n`);
    expect(out).toContain(`sagaline validate ${file}`);
    expect(await sagaline(['validate'], { folder })).toMatchObject({ code: 0 });
    expect(written(file)).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/node_modules\/sagaline\/schema\/pipeline\.schema\.json\n#\n# An? /,
    );
    expect(written(file).match(/# change: \w/g)?.length).toBeGreaterThan(1);
  });

  it('takes a name', async () => {
    await init(kind, '--name', 'nightly-2');
    expect(parsePipeline('x', written('.sagaline/nightly-2.yaml')).name).toBe('nightly-2');
  });

  it('is a valid file as it is checked in, also with the steps that it offers in comments', () => {
    const text = readFileSync(join(templates, `${kind}.yaml`), 'utf8');
    const all = text.replaceAll(/^ {2}# (- | {2})/gm, '  $1');
    const steps = parsePipeline('as it is', text).steps.length;
    expect(parsePipeline('with all', all).steps).toHaveLength(steps + (kind === 'service' ? 2 : 0));
  });
});

describe('sagaline init', () => {
  it('replaces nothing without --force', async () => {
    await init();
    writeFileSync(join(folder, '.sagaline/deliver.yaml'), 'mine');
    expect(await init('service')).toEqual({
      code: 1,
      out: '',
      err: '.sagaline/deliver.yaml is there already: --force replaces it, --name takes another name.\n',
    });
    expect(written('.sagaline/deliver.yaml')).toBe('mine');
    expect((await init('service', '--force')).code).toBe(0);
    expect(written('.sagaline/deliver.yaml')).toContain('name: deliver');
  });

  it('names the service after the repository', async () => {
    mkdirSync(join(folder, 'My Shop'));
    const { out } = await init('--dir', 'My Shop');
    expect(out).toContain('Wrote My Shop/.sagaline/deliver.yaml.');
    const [release] = parsePipeline('x', written('My Shop/.sagaline/deliver.yaml')).steps.slice(-1);
    expect(release).toMatchObject({ uses: 'canary', with: { service: 'my-shop' } });
  });

  it('tells how an editor gets the schema where the package is not installed', async () => {
    expect((await init()).out).toContain('sagaline schema --out .sagaline/pipeline.schema.json');
    mkdirSync(join(folder, 'node_modules/sagaline/schema'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/sagaline/schema/pipeline.schema.json'), '{}');
    expect((await init('--force')).out).not.toContain('sagaline schema');
  });

  it.each([
    [['monolith'], /'monolith' is invalid.*service, library, infrastructure, security-scan/],
    [['--name', '../evil'], /--name must be lower-case letters/],
    [['--name', 'Deliver'], /--name must be lower-case letters/],
    [['--dir', 'nowhere'], /There is no folder nowhere/],
  ])('refuses %j', async (words, message) => {
    const { code, out, err } = await init(...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});
