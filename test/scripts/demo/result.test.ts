import { type Chapter, differences } from '../../../scripts/demo/result';
import { report } from '../../../scripts/demo/table';

function chapter(number: number, changes: Partial<Chapter> = {}): Chapter {
  return {
    version: `${String(number)}.0.0`,
    commit: String(number).repeat(40),
    run: `run-${String(number)}`,
    expected: 'succeeded',
    status: 'succeeded',
    reason: null,
    ms: 5000,
    weights: [],
    answered: 0,
    exposure: null,
    database: { before: 2, after: 2 },
    undone: [],
    rollbackMs: null,
    requests: 1000,
    failed: 0,
    ...changes,
  };
}

const exposure = { requests: 40, failed: 12, requestsBeside: 400, share: 0.1, failingMs: 950 };
const good = [
  chapter(1),
  chapter(2, { weights: [10, 50] }),
  chapter(3, {
    expected: 'rolled-back',
    status: 'rolled-back',
    weights: [10],
    exposure,
    failed: 12,
    undone: ['release', 'migrate'],
    rollbackMs: 42.4,
  }),
  chapter(4, { expected: 'failed', status: 'failed' }),
];
const live = { version: '2.0.0', commit: '2'.repeat(40) };
const changed = (at: number, changes: Partial<Chapter>) =>
  good.map((each, index) => (index === at ? { ...each, ...changes } : each));

test('the story as it must be has no differences', () => {
  expect(differences(good, live)).toEqual([]);
});

test.each<[string, number, Partial<Chapter>, RegExp]>([
  ['a run that ended otherwise', 0, { status: 'failed', reason: 'no disk' }, /1\.0\.0 ended failed.*no disk/],
  ['a failed request during the healthy version', 1, { failed: 1 }, /1 requests failed during version 2/],
  ['no traffic', 1, { requests: 0 }, /no request was sent/],
  ['no canary', 1, { weights: [50] }, /did not begin as a canary/],
  ['a bad version nobody met', 2, { exposure: null, failed: 0 }, /no request met/],
  ['failures besides those of the bad version', 2, { failed: 13 }, /more than those that met it/],
  ['a share above the first weight', 2, { exposure: { ...exposure, requests: 42 } }, /more than the share/],
  ['a migration that stays', 2, { database: { before: 2, after: 3 } }, /was not undone/],
  ['a wrong order of undoing', 2, { undone: ['migrate', 'release'] }, /undid migrate, then release/],
  ['a failing commit that was deployed', 3, { answered: 1 }, /version 4 answered/],
])('%s is told', (_, at, changes, problem) => {
  const found = differences(changed(at, changes), live);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(problem);
});

test('something else live at the end is told', () => {
  expect(differences(good, { version: '3.0.0', commit: null })).toHaveLength(2);
});

test('the table says what users met', () => {
  const result = { chapters: good, live, ms: 45_000, webUi: '', gateway: '', problems: [] };
  const text = report(result, false);
  expect(text).toContain('3.0.0 met 40 of 400 requests (10.0 %); 12 of them failed.');
  expect(text).toContain('first bad answer to its last: 950 ms');
  expect(text).toContain('100 % stable: 42 ms');
  expect(text).toMatch(/2\.0\.0 +│ live +│ succeeded +│ +1000 │ +0 │ 10 % > 50 %/);
});

test('a story that ended early says where', () => {
  const [first] = changed(0, { status: 'failed', reason: 'no disk' });
  expect(first && differences([first], live)).toEqual([
    'version 1.0.0 ended failed, not succeeded: no disk',
    'only 1 of 4 versions were pushed',
  ]);
});
