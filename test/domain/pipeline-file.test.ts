import fc from 'fast-check';
import { SagalineError } from '../../src/domain/errors';
import { parsePipeline } from '../../src/domain/pipeline-file';
import { refusal } from './fixtures';

const file = '.sagaline/deliver.yaml';
const head = 'apiVersion: sagaline/v1\nname: deliver\non: [{ event: push }]\n';
const faults = (text: string): string[] => refusal(() => parsePipeline(file, text)).split('\n');
const withSteps = (steps: string): string[] => faults(`${head}steps:\n${steps}`);

const whole = `apiVersion: sagaline/v1
name: deliver
on:
  - event: push
    when: event.data.ref == "refs/heads/main"
concurrency: { group: "\${event.data.repository}", onNewer: queue }
steps:
  - id: build
    uses: shell
    with: { run: npm ci && npm run build }
    artifacts: [dist/**]
    timeout: 10m
    retry: { attempts: 3, backoff: 2s }
  - { id: test, needs: [build], uses: shell, with: { run: npm test }, cache: { key: "npm-\${hashFiles('package-lock.json')}", paths: [.npm] } }
  - { id: scan, needs: [build], uses: scan }
  - id: migrate
    needs: [test, scan]
    uses: shell
    before: { run: ./migrate version }
    with: { run: ./migrate up }
    compensate: { uses: shell, env: { FROM: "\${steps.migrate.before.output}" }, with: { run: './migrate to "$FROM"' } }
  - id: release
    needs: [migrate]
    uses: canary
    with:
      service: shop
      environment: production
      artifact: build
      start: node dist/server.js
      ready: /healthz
      weights: [5, 25, 50]
      interval: 30s
      checks:
        - { name: errors, query: error-rate, max: 0.01 }
        - { name: latency, query: p95-latency, maxIncrease: 0.2 }
`;

describe('parsePipeline', () => {
  it('reads the pipeline of the design', () => {
    const pipeline = parsePipeline(file, whole);
    expect(pipeline.steps.map(({ id }) => id)).toEqual(['build', 'test', 'scan', 'migrate', 'release']);
  });

  it('takes the name of a loop for what it is', () => {
    const loop = 'event.data.ref.split("/").exists(part, part.startsWith("v"))';
    const pipeline = parsePipeline(file, whole.replace('event.data.ref == "refs/heads/main"', loop));
    expect(pipeline.on[0]?.when).toBe(loop);
  });

  it('names file, line, column and field', () => {
    expect(faults(whole.replace('start: node dist/server.js', 'start: 7'))).toEqual([
      `${file}:29:14: steps[4].with.start: must be a text`,
    ]);
  });

  it('points at an unknown field and says which one was probably meant', () => {
    expect(faults(whole.replace('ready: /healthz', 'redy: /healthz'))).toEqual([
      `${file}:30:7: steps[4].with.redy: unknown field: did you mean ready?`,
    ]);
    expect(withSteps('  - { id: a, uses: scan, artifacts: [x] }')[0]).toBe(
      `${file}:5:26: steps[0].artifacts: unknown field: known are id, needs, when, timeout, retry, continueOnError, runsOn, matrix, uses`,
    );
  });

  it('lists what `uses` may be', () => {
    expect(withSteps('  - { id: a, uses: docker }')).toEqual([
      `${file}:5:20: steps[0].uses: must be one of shell, scan, canary, approval, wait, http, emit, notify, pipeline`,
    ]);
  });

  it('lists every problem, in the order of the file', () => {
    expect(withSteps('  - { id: A, uses: scan, timeout: soon }\n  - { id: b, uses: shell }')).toEqual([
      `${file}:5:11: steps[0].id: must start with a letter and hold only a-z, 0-9 and -`,
      `${file}:5:35: steps[0].timeout: must be a duration such as 500ms, 30s, 10m, 1h or 2d`,
      `${file}:6:5: steps[1].with: is missing: must be a map of fields`,
    ]);
  });

  it('points at the step that closes a circle', () => {
    const steps = '  - { id: a, needs: [b], uses: scan }\n  - { id: b, needs: [a], uses: scan }';
    expect(withSteps(steps)).toEqual([
      `${file}:5:21: steps[0].needs: steps need each other in a circle: a -> b -> a`,
    ]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a condition that is no CEL',
      whole.replace('== "refs', '= "refs'),
      /:5:11: on\[0\]\.when: .*line 1, column 16/,
    ],
    [
      'an unknown name',
      whole.replace('event.data.ref ==', 'evnt.data.ref =='),
      /on\[0\]\.when: .*unknown name evnt/,
    ],
    [
      'an unknown function',
      whole.replace('event.data.ref ==', 'upper(event.data.ref) =='),
      /there is no function upper$/m,
    ],
    [
      'a step that is not there',
      whole.replace('steps.migrate.before', 'steps.migrat.before'),
      /no step named migrat, did you mean migrate\?/,
    ],
    [
      'a step without `before`',
      whole.replace('steps.migrate.before', 'steps.build.before'),
      /step build has no `before`/,
    ],
    [
      'a step that is not needed',
      whole.replace('steps.migrate.before', 'steps.release.x'),
      /does not need release/,
    ],
    [
      'hashFiles outside of a cache key',
      whole.replace('steps.migrate.before.output', "hashFiles('a')"),
      /hashFiles can be used in the key of a cache only/,
    ],
    [
      'an expression inside run',
      whole.replace('npm test', '"echo ${event.data.message}"'),
      /pass the value through env/,
    ],
    [
      'an artifact outside of the checkout',
      whole.replace('dist/**', '../dist'),
      /must stay inside the checkout/,
    ],
    ['weights that fall', whole.replace('[5, 25, 50]', '[5, 5]'), /weights: must rise/],
    ['a check without a limit', whole.replace(', max: 0.01', ''), /checks\[0\]: needs max or maxIncrease/],
    [
      'a wrong version',
      whole.replace('sagaline/v1', 'sagaline/v2'),
      /:1:13: apiVersion: must be sagaline\/v1/,
    ],
    ['an empty file', '', /:1:1: .*must be a map of fields/],
    ['a list', '- a', /:1:1: must be a map of fields/],
  ])('refuses %s', (_, text, why) => {
    expect(faults(text).join('\n')).toMatch(why);
  });

  it.each<[string, string, RegExp]>([
    ['duplicate keys', `${head}name: other\n`, /:4:1: .*unique/],
    ['merge keys', `${head}base: &base { a: 1 }\nsteps:\n  - <<: *base\n`, /:6:5: merge keys are refused/],
    ['__proto__', `${head}__proto__: { a: 1 }\n`, /:4:1: __proto__ is refused/],
    ['a key that is no text', `${head}? [a]\n: b\n`, /must be a plain text/],
    ['two documents', `${head}---\n${head}`, /documents/],
    ['unfinished YAML', 'steps: [', /:1:9: /],
    ['an unknown tag', `${head}steps: !!js/function "x"\n`, /tag/],
    ['65 KiB', `#${'x'.repeat(65 * 1024)}`, /66561 bytes, at most 65536/],
    ['deep nesting', '['.repeat(30_000), /nested too deeply|:1:/],
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n`,
      /alias/,
    ],
  ])('refuses %s with its place', (_, text, why) => {
    expect(faults(text)[0]).toMatch(why);
    expect(faults(text)[0]).toMatch(/^\.sagaline\/deliver\.yaml:\d+:\d+: /);
  });

  it('tells a fault of the text once, without what follows from it', () => {
    expect(faults(whole.replace('{ run: npm test }', '{ run: npm ${x} }'))).toHaveLength(1);
  });

  it('stops after fifty problems', () => {
    const lines = withSteps(
      Array.from({ length: 80 }, (_, at) => `  - { id: a${String(at)}, uses: scan, x: 1 }`).join('\n'),
    );
    expect(lines).toHaveLength(51);
    expect(lines[50]).toBe(`${file}:55:28: and 30 more`);
  });

  it('throws InvalidPipeline with a place for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `${head}steps: ${json}`),
        ),
        (text) => {
          for (const line of faults(text)) expect(line).toMatch(/^\.sagaline\/deliver\.yaml:\d+:\d+: ./);
        },
      ),
    );
  });

  it('says InvalidPipeline, and nothing else, of a file with any line taken away or doubled', () => {
    const lines = whole.split('\n');
    const spoilt = lines.flatMap((line, at) => [lines.toSpliced(at, 1), lines.toSpliced(at, 0, line)]);
    const codes = spoilt.map((kept) => {
      try {
        parsePipeline(file, kept.join('\n'));
        return 'accepted';
      } catch (error) {
        return error instanceof SagalineError ? error.code : error;
      }
    });
    expect(new Set(codes)).toEqual(new Set(['accepted', 'InvalidPipeline']));
  });
});
