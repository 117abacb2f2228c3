import { parent, problemsOf } from './pipeline-files';

describe('user-written steps', () => {
  const check = (input: unknown) => {
    if (JSON.stringify(input) === '{"crash":true}') throw new Error('broken');
    return JSON.stringify(input) === '{"region":"eu"}' ? [] : [{ path: ['region'], message: 'must be eu' }];
  };
  const steps = new Map([
    ['deploy-thing', { check }],
    ['shell', { check }],
  ]);
  const step = (more: string): string[] =>
    problemsOf([parent('all', `  - { id: a, uses: deploy-thing, ${more} }`)], { steps });

  it.each<[string, string, string[]]>([
    ['takes what its package takes', 'with: { region: eu }', []],
    ['says where its input is wrong', 'with: { region: us }', ['5:50: steps[0].with.region: must be eu']],
    ['says so where there is none', 'timeout: 5m', ['5:5: steps[0].with.region: must be eu']],
    ['waits for a value that the run knows', 'with: { region: "${event.kind}" }', []],
    [
      'has its expressions checked',
      'with: { region: "${event.knd}" }',
      ['5:50: steps[0].with.region: `event.knd`: event has no field knd, did you mean kind?'],
    ],
    [
      'has its undo checked',
      'with: { region: eu }, compensate: { uses: deploy-thing, with: { region: us } }',
      ['5:106: steps[0].compensate.with.region: must be eu'],
    ],
    [
      'is not known to what undoes it before it has run',
      'with: { region: eu }, compensate: { uses: deploy-thing, with: { region: "${steps.a.output}" } }',
      [
        '5:106: steps[0].compensate.with.region: `steps.a.output`: steps.a.output is not known: a compensation is registered before its step acts, and its package is given what the step returned as `context.result`',
      ],
    ],
    [
      'may fail in its own check',
      'with: { crash: true }',
      ['5:40: steps[0].with: cannot be checked by step deploy-thing: broken'],
    ],
    [
      'knows its fields',
      'wihth: { region: eu }',
      ['5:34: steps[0].wihth: unknown field: did you mean with?'],
    ],
  ])('%s', (_, more, wanted) => {
    expect(step(more)).toEqual(wanted.map((line) => `all.yaml:${line}`));
  });

  it('are among the names that `uses` knows, and never in the place of a built-in', () => {
    expect(problemsOf([parent('all', '  - { id: a, uses: deploy-thin }')], { steps })).toEqual([
      'all.yaml:5:20: steps[0].uses: must be one of shell, scan, canary, approval, wait, http, emit, notify, pipeline, deploy-thing, did you mean deploy-thing?',
    ]);
    expect(problemsOf([parent('all', '  - { id: a, uses: shell, with: { run: x } }')], { steps })).toEqual(
      [],
    );
  });
});
