import { expand } from '../../src/domain/expand';
import { followingMessages, type MessageStep } from '../../src/domain/following-messages';
import { pipelineSchema } from '../../src/domain/pipeline';
import { initialStates } from '../../src/domain/plan';
import type { StepStatus } from '../../src/domain/run';

const tell = (id: string, needs: string[] = [], more: object = {}) => ({
  ...{ id, needs, uses: 'notify', with: { to: 'team', message: id } },
  ...more,
});
const build = (id: string, needs: string[] = []) => ({ id, needs, uses: 'shell', with: { run: 'true' } });

/** Ids of the messages that are sent together with the first step, after these states. */
function after(steps: object[], states: Record<string, StepStatus> = {}): string[] {
  const head = { apiVersion: 'sagaline/v1', name: 'p', on: [{ event: 'push' }] };
  const plan = expand(pipelineSchema.parse({ ...head, steps }));
  const first = plan.steps[0] as MessageStep;
  return followingMessages(plan, { ...initialStates(plan), [first.id]: 'running', ...states }, first).map(
    ({ id }) => id,
  );
}

it('are those that follow one after the other, also of different kinds', () => {
  const event = { type: 'shop.told', subject: 'shop' };
  expect(
    after([tell('a'), tell('b', ['a']), tell('c', ['b'], { uses: 'emit', with: event }), build('d', ['c'])]),
  ).toEqual(['b', 'c']);
});

it('end where two steps become ready, or another kind of step', () => {
  expect(after([tell('a'), tell('b', ['a']), tell('c', ['a'])])).toEqual([]);
  expect(after([tell('a'), build('b', ['a']), tell('c', ['b'])])).toEqual([]);
  expect(after([tell('a'), build('b'), tell('c', ['a', 'b'])])).toEqual([]);
  expect(after([tell('a'), build('b'), tell('c', ['a', 'b'])], { b: 'succeeded' })).toEqual(['c']);
});

it.each([
  ['a condition', { when: 'event.data.ref == "refs/heads/main"' }],
  ['a pool of its own', { runsOn: 'build' }],
  ['tries that somebody has counted', { retry: { attempts: 1 } }],
  ['a text that names a result', { with: { to: 'team', message: '${steps.a.output}' } }],
  ['one that does so on a line of its own', { with: { to: 'team', message: '${\nsteps.a.output}' } }],
])('leave out what has %s', (_, more) => {
  expect(after([tell('a'), tell('b', ['a'], more), tell('c', ['b'])])).toEqual([]);
});

it('are none of a message whose own tries somebody has counted', () => {
  expect(after([tell('a', [], { retry: { attempts: 1 } }), tell('b', ['a'])])).toEqual([]);
});

it('are ten at most with the first one', () => {
  const row = Array.from({ length: 30 }, (_, at) => tell(`s${at}`, at === 0 ? [] : [`s${at - 1}`]));
  expect(after(row)).toHaveLength(9);
});
