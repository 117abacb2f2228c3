import { type Harness, startDevHarness } from '../workflows/harness';
import { temporalLimits } from './execution';
import { type Flooded, floodedInbox, keyOf, keysTaken, tags } from './flood';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

/** What an inbox may carry from one execution to the next. */
const maxCarriedBytes = 256 * 1024;

/** Each event was routed once, in the order in which the server took them; gives the executions that did it. */
async function expectRoutedOnce({ asked, executions }: Flooded, count: number) {
  const found = await executions();
  expect(asked).toHaveLength(count);
  expect(asked.map(({ key }) => key)).toEqual(keysTaken(found));
  const counters = asked.map(({ order }) => order.counter);
  expect(counters).toEqual([...new Set(counters)].sort((a, b) => a - b));
  return found;
}

test('10,000 events of one subject are routed once and in order, by histories and memories of bounded size', async () => {
  const inbox = floodedInbox(harness);
  const waves = 5;
  const perWave = 2000;
  await inbox.whileWorking(async () => {
    for (let wave = 0; wave < waves; wave++) {
      await inbox.send(tags(wave * perWave, perWave));
      await inbox.routed(keyOf((wave + 1) * perWave - 1));
    }
    const found = await expectRoutedOnce(inbox, waves * perWave);
    // Each wave is more than an execution takes, and after each the inbox is empty.
    expect(found.length).toBeGreaterThan(waves);
    for (const { events, bytes, inputBytes } of found) {
      expect(events.length).toBeLessThan(temporalLimits.events / 10);
      expect(bytes).toBeLessThan(temporalLimits.bytes / 2);
      expect(inputBytes).toBeLessThanOrEqual(maxCarriedBytes);
    }
    await inbox.end();
  });
}, 600_000);

test('1,000 events that came while no worker lived are routed once and in order by the first one that does', async () => {
  const inbox = floodedInbox(harness);
  await inbox.send(tags(0, 1000));
  expect(inbox.asked).toEqual([]);
  await inbox.whileWorking(async () => {
    await inbox.routed(keyOf(999));
    const [first] = await expectRoutedOnce(inbox, 1000);
    expect(first?.events.length).toBeLessThan(temporalLimits.events / 10);
    expect(first?.next).toBeDefined();
    await inbox.end();
  });
});
