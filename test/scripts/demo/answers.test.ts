import { type Answer, countAnswers, exposureTo } from '../../../scripts/demo/answers';

const answer = (at: number, version: string | null, status = 200): Answer => ({ at, status, version, ms: 1 });

test('counts answers of a stretch, both ends included; no answer is a failure', () => {
  const answers = [
    answer(1, '1'),
    answer(2, '1', 500),
    answer(3, null, 0),
    answer(4, '1', 404),
    answer(5, '1'),
  ];
  expect(countAnswers(answers, { from: 2, to: 4 })).toEqual({ requests: 3, failed: 3 });
  expect(countAnswers(answers, { from: 5, to: 9 })).toEqual({ requests: 1, failed: 0 });
});

test('exposure is the share of what was answered while the version was a candidate, in whatever order that arrived', () => {
  const answers = [
    answer(9, '2'),
    answer(1, '2'),
    answer(3, '3', 500),
    answer(2, '3'),
    answer(4, '2'),
    answer(7, '3', 500),
  ];
  expect(exposureTo(answers, '3', { from: 2, to: 7 })).toEqual({
    requests: 3,
    failed: 2,
    requestsBeside: 4,
    share: 0.75,
    failingMs: 4,
  });
});

test('a version that never answered has no exposure, and one that never failed no failing time', () => {
  expect(exposureTo([answer(1, '1')], '2', { from: 0, to: 2 })).toBeUndefined();
  expect(exposureTo([answer(1, '1')], '1', { from: 0, to: 2 })?.failingMs).toBeNull();
});
