import { maxPlannedSteps } from '../../src/domain/expand';
import { type Harness, startDevHarness } from '../workflows/harness';
import { mostAtOnce, temporalLimits } from './execution';
import { type Ended, executed, inputOf, type Written } from './limit-run';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

const first: Written = { id: 'first', uses: 'shell', with: { run: 'true' } };

/** Steps that name the first one's result, so that each has expressions over all results of the run. */
const naming = (count: number): Written[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `wide${at}`,
    needs: ['first'],
    uses: 'shell',
    when: 'steps.first.status == "succeeded"',
    env: { FROM: '${steps.first.output}' },
    with: { run: 'true' },
  }));

const chain = (count: number): Written[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `deep${at}`,
    needs: [at === 0 ? 'first' : `deep${at - 1}`],
    uses: 'shell',
    with: { run: 'true' },
  }));

async function runOf(steps: Written[]): Promise<Ended> {
  const [ended] = await executed(harness, [inputOf(steps)]);
  if (!ended) throw new Error('nothing was executed');
  return ended;
}

/** All succeeded, and the run is far from each of Temporal's limits. */
function expectSmall({ view, execution }: Ended): void {
  expect(view.steps).toHaveLength(maxPlannedSteps);
  expect(new Set(view.steps.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  expect(view.status).toBe('succeeded');
  expect(execution.events.length).toBeLessThan(20_000);
  expect(execution.bytes).toBeLessThan(20 * 1024 ** 2);
  expect(execution.inputBytes).toBeLessThan(temporalLimits.payloadBytes / 2);
  expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(temporalLimits.payloadBytes / 2);
}

test('999 steps that become ready at once all succeed, begun 50 by one workflow task', async () => {
  const ended = await runOf([first, ...naming(maxPlannedSteps - 1)]);
  expectSmall(ended);
  expect(mostAtOnce(ended.execution)).toBe(50);
});

test('a run of 1,000 steps, half of them in one chain, stays far below the limits of a history', async () => {
  const half = maxPlannedSteps / 2;
  const wide = naming(half - 1);
  const deep = chain(half - 1);
  const joined = [...deep.slice(-1), ...wide.slice(0, 99)].map(({ id }) => id);
  const last = { ...first, id: 'last', needs: joined };
  expectSmall(await runOf([first, ...wide, ...deep, last]));
});
