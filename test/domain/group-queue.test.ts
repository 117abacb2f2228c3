import type { GroupRule, Holder } from '../../src/domain/lane';
import {
  askToYield,
  canGrant,
  emptyQueue,
  finish,
  grantNext,
  type Queue,
  rememberedRefusals,
  request,
  ruleOf,
} from '../../src/domain/lane-queue';

const holder = (workflowId: string, rule: GroupRule | undefined, change: Partial<Holder> = {}): Holder => ({
  workflowId,
  runId: `${workflowId}-1`,
  subject: `branch-${workflowId}`,
  order: { time: 1, counter: 0 },
  commit: 'c',
  ...(rule && { rule }),
  ...change,
});
const names = (holders: Holder[]) => holders.map(({ workflowId }) => workflowId);

/** Grants all that can be granted, as a group does at once. */
function granted(queue: Queue): Queue {
  return canGrant(queue) ? granted(grantNext(queue, 1).queue) : queue;
}
const asked = (queue: Queue, ...holders: Holder[]): Queue =>
  holders.reduce((at, one) => granted(request(at, one).queue), queue);
const group = emptyQueue(false);

const [queue, cancel, coalesce] = (['queue', 'cancel', 'coalesce'] as const).map((onNewer) => ({
  onNewer,
  limit: 1,
})) as [GroupRule, GroupRule, GroupRule];

describe('group queue', () => {
  it('lets all take turns in the order of asking, earlier changes too, when nothing else is said', () => {
    const later = { order: { time: 2, counter: 0 }, subject: 'main' };
    const earlier = { order: { time: 1, counter: 0 }, subject: 'main' };
    const full = asked(group, holder('a', undefined, later), holder('b', queue, earlier), holder('c', queue));
    expect(names(full.holders)).toEqual(['a']);
    expect(names(full.waiting)).toEqual(['b', 'c']);
    expect(names(granted(finish(full, 'a', 'a-1').queue).holders)).toEqual(['b']);
  });

  it('lets as many be active as the newest run says, and takes no turn away', () => {
    const three = { onNewer: 'queue', limit: 3 } as const;
    const full = asked(group, holder('a', queue), holder('b', three), holder('c', three), holder('d', queue));
    expect(names(full.holders)).toEqual(['a', 'b', 'c']);
    expect(ruleOf(full).limit).toBe(1);
    const one = finish(finish(full, 'a', 'a-1').queue, 'c', 'c-1').queue;
    expect(canGrant(one)).toBe(false);
    expect(names(granted(finish(one, 'b', 'b-1').queue).holders)).toEqual(['d']);
  });

  it('cancel: refuses those that wait and asks each active one once to make room', () => {
    const first = asked(group, holder('a', cancel));
    expect(askToYield(first).asked).toEqual([]);
    const second = asked(first, holder('b', cancel));
    const yielding = askToYield(second);
    expect(names(yielding.asked)).toEqual(['a']);
    const { queue: third, refused } = request(yielding.queue, holder('c', cancel));
    expect(names(refused)).toEqual(['b']);
    expect(askToYield(third).asked).toEqual([]);
    expect(names(granted(finish(third, 'a', 'a-1').queue).holders)).toEqual(['c']);
  });

  it('cancel: asks a holder again that was reset, as long as the newer run is there', () => {
    const { queue: both } = askToYield(asked(group, holder('a', cancel), holder('b', cancel)));
    const reset = asked(both, holder('a', cancel, { runId: 'a-2' }));
    expect(reset.holders.map(({ runId }) => runId)).toEqual(['a-2']);
    expect(names(reset.waiting)).toEqual(['b']);
    expect(askToYield(reset).asked.map(({ runId }) => runId)).toEqual(['a-2']);
    expect(askToYield(finish(reset, 'b', 'b-1').queue).asked).toEqual([]);
  });

  it('coalesce: lets the active one finish and keeps the newest waiting one', () => {
    const full = asked(group, holder('a', coalesce), holder('b', coalesce), holder('c', coalesce));
    expect(names(full.holders)).toEqual(['a']);
    expect(names(full.waiting)).toEqual(['c']);
    expect(askToYield(full).asked).toEqual([]);
  });

  it.each([
    ['cancel', cancel],
    ['coalesce', coalesce],
  ])('%s: refuses a run that comes after a later change of its own subject', (_, rule) => {
    const at = (time: number) => ({ subject: 'main', order: { time, counter: 0 } });
    const active = asked(group, holder('b', rule, at(2)));
    expect(request(active, holder('a', rule, at(1)))).toMatchObject({
      outcome: 'refused',
      refused: [{ workflowId: 'a' }],
      queue: { holders: active.holders, waiting: [], asker: { workflowId: 'b' } },
    });
    // The rule of the later change counts, whatever the earlier one says.
    expect(request(active, holder('a', queue, at(1))).outcome).toBe('refused');
    const other = asked(group, holder('z', queue), holder('b', queue, at(2)));
    expect(request(other, holder('a', rule, at(1)))).toMatchObject({
      outcome: 'waiting',
      queue: { asker: { rule: queue } },
    });
  });

  it('does not take one for newer that was refused and asks once more', () => {
    const full = asked(group, holder('a', coalesce), holder('b', coalesce), holder('c', coalesce));
    const again = request(full, holder('b', coalesce));
    expect(again).toMatchObject({ outcome: 'refused', refused: [{ workflowId: 'b' }] });
    expect(names(again.queue.waiting)).toEqual(['c']);
    expect(request(full, holder('b', coalesce, { runId: 'b-2' })).outcome).toBe('waiting');
  });

  it('remembers a bounded number of refusals', () => {
    const many = Array.from({ length: rememberedRefusals + 9 }, (_, at) =>
      holder(`run-${String(at)}`, coalesce),
    );
    expect(asked(group, ...many).refused).toHaveLength(rememberedRefusals);
  });
});
