import { join } from 'node:path';
import { folderWith, sagaline } from './capture';

const head = 'apiVersion: sagaline/v1\n';
const good = `${head}name: good\non: [{ event: push }]\nsteps:\n  - { id: build, uses: shell, with: { run: make } }\n`;
const bad = `${head}name: bad\non: [{ event: psh }]\nsteps:\n  - { id: build, uses: shell, wth: { run: make } }\n  - { id: test, needs: [bild], uses: scan }\n`;

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((remove) => remove()));

const validate = (files: Record<string, string>, ...words: string[]) => {
  const { folder, remove } = folderWith(files);
  open.push(remove);
  return sagaline(['validate', ...words], { folder });
};

describe('sagaline validate', () => {
  it('says that files are valid, and how many steps they have', async () => {
    expect(await validate({ '.sagaline/good.yaml': good })).toEqual({
      code: 0,
      out: '1 file valid: 1 step\n',
      err: '',
    });
  });

  it('tells every problem of every file with its place', async () => {
    const { code, out, err } = await validate({ '.sagaline/bad.yaml': bad, '.sagaline/good.yml': good });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines.pop()).toBe(`1 of 2 files not valid: ${String(lines.length)} problems`);
    expect(lines).toEqual([
      expect.stringMatching(/^\.sagaline\/bad\.yaml:3:\d+: on\[0\]\.event: /),
      expect.stringMatching(/^\.sagaline\/bad\.yaml:5:\d+: steps\[0\]\.with: /),
      expect.stringMatching(
        /^\.sagaline\/bad\.yaml:5:\d+: steps\[0\]\.wth: unknown field: did you mean with\?/,
      ),
      expect.stringMatching(/^\.sagaline\/bad\.yaml:6:\d+: steps\[1\]\.needs\[0\]: /),
    ]);
  });

  it('tells more problems than an answer of the platform would hold', async () => {
    const steps = Array.from({ length: 80 }, (_, at) => `  - { id: s${String(at)}, uses: odd }\n`).join('');
    const many = `${head}name: many\non: []\nsteps:\n${steps}`;
    const { out } = await validate({ '.sagaline/many.yaml': many });
    expect(out).toContain('1 of 1 file not valid: 80 problems');
  });

  it('prints JSON', async () => {
    const { code, out } = await validate(
      { '.sagaline/bad.yaml': bad, '.sagaline/good.yaml': good },
      '--json',
    );
    expect(code).toBe(1);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      valid: false,
      files: [
        { file: join('.sagaline', 'bad.yaml'), pipeline: null, steps: 0 },
        { file: join('.sagaline', 'good.yaml'), pipeline: 'good', steps: 1, problems: [] },
      ],
    });
    expect(answer.files[0].problems[0]).toEqual({
      line: 3,
      column: expect.any(Number),
      message: expect.stringMatching(/^on\[0\]\.event: /),
    });
  });

  it('reads the neighbours of a file for its child pipelines, and reports on the file alone', async () => {
    const parent = `${head}name: parent\non: [{ event: push }]\nsteps:\n  - { id: inner, uses: pipeline, with: { pipeline: good } }\n`;
    const files = { 'a/parent.yaml': parent, 'a/good.yaml': good, 'a/unrelated.yaml': bad };
    expect(await validate(files, 'a/parent.yaml', '--json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('"pipeline": "parent"'),
    });
    expect((await validate({ 'a/parent.yaml': parent }, 'a/parent.yaml')).out).toMatch(
      /a\/parent\.yaml:5:\d+: steps\[0\]\.with\.pipeline: there is no pipeline named good/,
    );
  });

  it('takes a repository for the pipelines in it, and keeps those of two repositories apart', async () => {
    const files = { 'one/.sagaline/good.yaml': good, 'two/.sagaline/good.yaml': good };
    expect(await validate(files, 'one', 'two/.sagaline')).toMatchObject({
      code: 0,
      out: '2 files valid: 2 steps\n',
    });
  });

  it('takes a broken file as one more file with problems', async () => {
    const { code, out } = await validate({ '.sagaline/broken.yaml': 'steps: [' });
    expect(code).toBe(1);
    expect(out).toMatch(/^\.sagaline\/broken\.yaml:1:\d+: /);
  });

  describe('with a platform configuration', () => {
    const custom = `${head}name: custom\non: [{ event: push }]\nsteps:\n  - { id: put, uses: upload, with: { to: here } }\n`;
    const configuration = `${head}steps: [{ name: upload, package: ./upload.js }]\n`;

    it('knows its user-written steps', async () => {
      const files = { '.sagaline/custom.yaml': custom };
      expect((await validate(files)).code).toBe(1);
      expect((await validate({ ...files, 'sagaline.yaml': configuration })).code).toBe(0);
    });

    const step = (answer: string) =>
      `module.exports = { input: { safeParse: (input) => ${answer} }, run() {} };\n`;
    const faulty = `({ success: false, error: { issues: [{ path: ['to'], message: 'must not be ' + input.to }] } })`;

    it('asks the packages of its steps about their input, when it is named', async () => {
      const files = { '.sagaline/custom.yaml': custom, 'platform/s.yaml': configuration };
      const named = (package_: string) =>
        validate({ ...files, 'platform/upload.js': package_ }, '--config', 'platform/s.yaml');
      expect(await named(step('({ success: true, data: input })'))).toMatchObject({ code: 0 });
      expect(await named(step(faulty))).toMatchObject({
        code: 1,
        out: expect.stringMatching(
          /^\.sagaline\/custom\.yaml:5:\d+: steps\[0\]\.with\.to: must not be here\n/,
        ),
      });
      expect(await validate(files, '--config', 'platform/s.yaml')).toMatchObject({
        code: 1,
        out: expect.stringMatching(/^platform\/s\.yaml:1:1: step upload: \.\/upload\.js is not found/),
      });
    });

    it('executes nothing of one that merely lies there', async () => {
      const files = { '.sagaline/custom.yaml': custom, 'sagaline.yaml': configuration };
      expect(await validate({ ...files, 'upload.js': step(faulty) })).toMatchObject({ code: 0 });
    });

    it('tells what is wrong with it, and nothing that only follows from that', async () => {
      const files = { '.sagaline/custom.yaml': custom, 'sagaline.yaml': `${configuration}surprise: 1\n` };
      expect(await validate(files)).toEqual({
        code: 1,
        out: expect.stringMatching(
          /^sagaline\.yaml:3:1: surprise: unknown field: .*\n1 of 2 files not valid: 1 problem\n$/,
        ),
        err: '',
      });
    });
  });

  it.each([
    [[], 'There is no .sagaline; `sagaline init` makes a first pipeline.'],
    [['nothing.yaml'], 'There is no nothing.yaml.'],
    [['empty'], 'There is no pipeline file in empty.'],
    [['--config', 'none.yaml', 'empty'], 'There is no none.yaml.'],
    [['--strict'], "error: unknown option '--strict'"],
  ])('refuses the command line %j', async (words, message) => {
    const { code, out, err } = await validate({ 'empty/readme': '' }, ...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.split('\n')[0]).toBe(message);
  });
});
