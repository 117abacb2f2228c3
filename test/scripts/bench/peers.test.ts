import { measureOrder } from '../../../bench/peers/contender';
import { figuresOf } from '../../../bench/peers/figures';
import { act, perform, verify } from '../../../bench/peers/trivial';

const final = (message: string) => new Error(message);
const step = async (name: string, fails: boolean) => Promise.resolve(act(name, fails, final));

test('the works are five steps, and three steps that are undone in reverse', async () => {
  expect(await perform('steps', step)).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(await perform('undo', step)).toEqual(['undo three', 'undo two', 'undo one']);
});

test('what did not do its work is found out', () => {
  expect(() => verify('undo', ['undo one', 'undo two', 'undo three'])).toThrow('undo gave');
  expect(() => verify('steps', undefined)).toThrow('steps gave nothing');
});

test('an order is executed as often as it says, never more at a time', async () => {
  let [now, most] = [0, 0];
  const execute = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
  };
  const { ms } = await measureOrder(execute, { work: 'steps', count: 20, inFlight: 3 });
  expect(ms).toHaveLength(20);
  expect(most).toBe(3);
});

test('an order that fails ends only when nothing of it is under way', async () => {
  let now = 0;
  const execute = async () => {
    const place = ++now;
    await new Promise((resolve) => setTimeout(resolve, place));
    now -= 1;
    if (place === 1) throw new Error('no answer');
  };
  await expect(measureOrder(execute, { work: 'steps', count: 20, inFlight: 3 })).rejects.toThrow('no answer');
  expect(now).toBe(0);
});

test('ratios are made within a round; who is missing has a line, and who is never asked for many at once no rate', () => {
  const names = ['our runs', 'Fast', 'Slow'];
  const contenders = names.map((name) => ({ name }));
  const series = [
    { contender: 'our runs', work: 'steps' as const, aloneMs: [20], medians: [20, 40], rates: [10, 5] },
    { contender: 'Fast', work: 'steps' as const, aloneMs: [10], medians: [10, 10], rates: [20, 20] },
    { contender: 'Slow', work: 'steps' as const, aloneMs: [40], medians: [40, 40], rates: [] },
  ];
  const figures = figuresOf(contenders, series, { Gone: 'no network' });
  const of = (what: string) => figures.find((figure) => figure.what === what);
  expect(of('five steps: our runs over Fast, time')).toMatchObject({ n: 2, min: 2, max: 4 });
  expect(of('five steps: our runs over Fast, time at 50 in flight')).toMatchObject({ min: 2, max: 4 });
  expect(of('five steps: our runs over Slow, time')).toMatchObject({ min: 0.5, max: 1 });
  expect(of('five steps: our runs over Slow, time at 50 in flight')).toBeUndefined();
  expect(of('five steps: Gone')).toMatchObject({ n: 0, p50: null, absent: 'no network' });
});
