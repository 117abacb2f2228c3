import { ApplicationFailure } from '@temporalio/common';
import { type Harness, startDevHarness } from '../workflows/harness';
import { executed, inputOf, type Written } from './limit-run';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

/** History events that a step may cost, and each undo: an activity and a workflow task are three each. */
const perStep = 8;

/** Of any run: its start, its first workflow task (three), the status that it closes with, and its end. */
const ofRun = 6;

/** Of a run in a group: two activities (six each), the grant, and two statuses and a timer while it waits. */
const ofGroup = 20;

/** Of a run that names environments: their pools and their freezes are asked for once (six each). */
const ofEnvironments = 12;

const undo = { uses: 'shell', with: { run: 'true' } };
const call = { url: 'http://127.0.0.1/' };
const kinds: [string, Written][] = [
  ['shell', { uses: 'shell', with: { run: 'true' } }],
  ['notify', { uses: 'notify', with: { to: 'team', message: 'm' } }],
  ['emit', { uses: 'emit', with: { type: 'service.deployed', subject: 's' } }],
  ['http', { uses: 'http', with: call }],
  ['scan', { uses: 'scan' }],
  ['custom', { uses: 'act' }],
  ['shell with an undo', { uses: 'shell', with: { run: 'true' }, compensate: undo }],
  ['http with an undo', { uses: 'http', with: call, compensate: { uses: 'http', with: call } }],
  ['custom with an undo', { uses: 'act', compensate: { uses: 'act' } }],
];

const sizes = [1, 10, 50];

/** `count` steps, one after the other or all at once. */
const steps = (count: number, order: 'sequence' | 'at once', step: Written): Written[] =>
  Array.from({ length: count }, (_, at) => ({
    ...step,
    id: `s${at}`,
    needs: order === 'at once' || at === 0 ? [] : [`s${at - 1}`],
  }));

const shapes = sizes.flatMap((count) =>
  (['sequence', 'at once'] as const).map((order) => ({ count, order })),
);

test.each(kinds)('a %s step costs at most 8 events of its run', async (_kind, step) => {
  const inputs = shapes.map(({ count, order }) => inputOf(steps(count, order, step)));
  const ended = await executed(harness, inputs);
  for (const { view, execution } of ended) {
    expect(view.status).toBe('succeeded');
    expect(execution.events.length).toBeLessThanOrEqual(ofRun + perStep * view.steps.length);
  }
  expect(ended.map(({ view }) => view.steps.length)).toEqual(shapes.map(({ count }) => count));
});

test('a `before` costs as much as one more step', async () => {
  const step = { uses: 'shell', before: { run: 'true' }, with: { run: 'true' }, compensate: undo };
  const ended = await executed(
    harness,
    shapes.map(({ count, order }) => inputOf(steps(count, order, step))),
  );
  for (const { view, execution } of ended) {
    expect(view.status).toBe('succeeded');
    expect(execution.events.length).toBeLessThanOrEqual(ofRun + 2 * perStep * view.steps.length);
  }
});

test('a turn in a group and environments are paid for once a run, however many steps there are', async () => {
  const step = { uses: 'shell', environment: 'production', with: { run: 'true' }, compensate: undo };
  const ended = await executed(
    harness,
    shapes.map(({ count, order }) => inputOf(steps(count, order, step), { concurrency: { group: 'g' } })),
  );
  for (const { view, execution } of ended) {
    expect(view.status).toBe('succeeded');
    const once = ofRun + ofGroup + ofEnvironments;
    expect(execution.events.length).toBeLessThanOrEqual(once + perStep * view.steps.length);
  }
});

test.each(kinds.filter(([, step]) => 'compensate' in step))(
  'the undo of a %s costs at most 8 events as well',
  async (_kind, step) => {
    const failing = { id: 'last', uses: 'shell', with: { run: 'false' } };
    const inputs = shapes.map(({ count, order }) => {
      const undone = steps(count, order, step);
      const needs = undone.map(({ id }) => id);
      return inputOf([...undone, { ...failing, needs }]);
    });
    const fail = ({ step: id }: { step: string }) => {
      if (id === 'last') throw ApplicationFailure.nonRetryable('exit code 1', 'StepFailed');
      return '';
    };
    for (const { view, execution } of await executed(harness, inputs, { shell: fail })) {
      expect(view.status).toBe('rolled-back');
      expect(view.compensations.map(({ status }) => status)).toEqual(
        Array(view.steps.length - 1).fill('succeeded'),
      );
      const acts = view.steps.length + view.compensations.length;
      expect(execution.events.length).toBeLessThanOrEqual(ofRun + perStep * acts);
    }
  },
);
