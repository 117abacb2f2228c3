import fc from 'fast-check';
import { Slots } from '../../workers/slots';

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Takes a place and says what became of it. */
function ask(slots: Slots, owner: string, { urgent = false, signal = never } = {}) {
  const asked: { giveBack?: () => void; failed?: unknown } = {};
  slots.take(owner, urgent, signal).then(
    (giveBack) => (asked.giveBack = giveBack),
    (error: unknown) => (asked.failed = error),
  );
  return asked;
}

test('who holds least goes first, and the longest waiting of equals', async () => {
  const slots = new Slots(4);
  const greedy = [ask(slots, 'greedy'), ask(slots, 'greedy'), ask(slots, 'greedy'), ask(slots, 'greedy')];
  const modest = [ask(slots, 'modest'), ask(slots, 'modest')];
  await settled();
  expect(greedy.map(({ giveBack }) => Boolean(giveBack))).toEqual([true, true, true, false]);
  expect(modest.map(({ giveBack }) => Boolean(giveBack))).toEqual([true, false]);
  greedy[0]?.giveBack?.();
  await settled();
  expect(Boolean(modest[1]?.giveBack)).toBe(true);
  expect(Boolean(greedy[3]?.giveBack)).toBe(false);
});

test('undoing does not wait for building', async () => {
  const slots = new Slots(1);
  ask(slots, 'shop');
  const undo = ask(slots, 'shop', { urgent: true });
  await settled();
  expect(undo.giveBack).toBeDefined();
});

test('one that is cancelled while it waits leaves the queue', async () => {
  const slots = new Slots(1);
  const first = ask(slots, 'shop');
  const cancel = new AbortController();
  const second = ask(slots, 'shop', { signal: cancel.signal });
  const third = ask(slots, 'shop');
  const late = ask(slots, 'shop', { signal: AbortSignal.abort('too late') });
  cancel.abort('cancelled');
  await settled();
  expect(second.failed).toBe('cancelled');
  expect(late.failed).toBe('too late');
  first.giveBack?.();
  await settled();
  expect(third.giveBack).toBeDefined();
  expect(second.giveBack).toBeUndefined();
});

const actions = fc.array(
  fc.record({
    kind: fc.constantFrom('take', 'give', 'abort'),
    owner: fc.constantFrom('a', 'b', 'c'),
    which: fc.nat(20),
  }),
  { maxLength: 60 },
);

test('never more than the limit, never all of it for one owner, and everybody in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), actions, async (limit, script) => {
      const slots = new Slots(limit);
      const asked: (ReturnType<typeof ask> & { owner: string; given: boolean; cancel: AbortController })[] =
        [];
      const holding = () => asked.filter(({ giveBack, given }) => giveBack && !given);
      const give = (one: (typeof asked)[number] | undefined) => {
        if (!one) return;
        one.given = true;
        one.giveBack?.();
      };
      for (const { kind, owner, which } of script) {
        if (kind === 'take') {
          const cancel = new AbortController();
          const one = ask(slots, owner, { signal: cancel.signal });
          asked.push(Object.assign(one, { owner, given: false, cancel }));
        }
        if (kind === 'give') give(holding()[which % Math.max(holding().length, 1)]);
        if (kind === 'abort') asked[which % Math.max(asked.length, 1)]?.cancel.abort('cancelled');
        await settled();
        expect(holding().length).toBeLessThanOrEqual(limit);
        for (const name of ['a', 'b', 'c']) {
          const most = Math.max(1, Math.floor(limit * 0.75));
          expect(holding().filter((one) => one.owner === name).length).toBeLessThanOrEqual(most);
        }
      }
      for (let rest = holding(); rest.length > 0; rest = holding()) {
        rest.forEach(give);
        await settled();
      }
      expect(asked.filter(({ giveBack, failed }) => !giveBack && failed === undefined)).toEqual([]);
    }),
  );
});
