import fc from 'fast-check';
import {
  afterPush,
  confirmHead,
  noPushes,
  type Push,
  pushOrder,
  type PushMemory,
} from '../../src/domain/push-order';

const push = (previousCommit: string | null, commit: string | null): Push => ({
  key: `${String(previousCommit)}>${String(commit)}`,
  commit,
  previousCommit,
});
const after = (...pushes: Push[]): PushMemory =>
  pushes.reduce((memory, one) => afterPush(memory, one, pushOrder(memory, one)), noPushes);

describe('push order', () => {
  const created = push(null, 'a');

  it('takes the first push as it is, and each that follows a creation', () => {
    expect(pushOrder(noPushes, push('a', 'b'))).toBe('in-order');
    expect(pushOrder(after(created), push('a', 'b'))).toBe('in-order');
  });

  it('lets a force-push back to an old commit take effect', () => {
    expect(pushOrder(after(created, push('a', 'b'), push('b', 'c')), push('c', 'a'))).toBe('in-order');
  });

  it('takes a deletion and a new creation in order', () => {
    const deleted = after(created, push('a', null));
    expect(deleted.head).toBeNull();
    expect(pushOrder(deleted, push(null, 'b'))).toBe('in-order');
  });

  it('asks for the head where the chain is broken, and finds the swapped one earlier', () => {
    expect(pushOrder(after(created), push('b', 'c'))).toBe('ask-head');
    const swapped = confirmHead(after(created, push('b', 'c')), push('b', 'c'));
    expect(pushOrder(swapped, push('a', 'b'))).toBe('earlier');
    const put = afterPush(swapped, push('a', 'b'), 'earlier');
    expect(pushOrder(put, push('c', 'd'))).toBe('in-order');
  });

  it('asks again until a head is confirmed and the gap is filled', () => {
    const doubtful = after(created, push('b', 'c'), push('a', 'b'));
    expect(pushOrder(doubtful, push('c', 'd'))).toBe('ask-head');
  });

  it('asks for a while after a gap that nothing fills, then takes that delivery to be lost', () => {
    let memory = confirmHead(after(created, push('b', 'c')), push('b', 'c'));
    const orders = Array.from({ length: 15 }, (_, at) => {
      const next = push(memory.head, `n-${String(at)}`);
      const order = pushOrder(memory, next);
      memory = confirmHead(afterPush(memory, next, order), next);
      return order;
    });
    expect(orders.indexOf('in-order')).toBe(11);
    expect(orders.slice(11)).not.toContain('ask-head');
  });

  it('lets only the last push be confirmed', () => {
    const doubtful = after(created, push('b', 'c'), push('c', 'd'));
    expect(confirmHead(doubtful, push('b', 'c'))).toEqual(doubtful);
  });

  it('asks where a push both starts at the head and fills a gap', () => {
    const back = confirmHead(after(created, push('b', 'a')), push('b', 'a'));
    expect(pushOrder(back, push('a', 'b'))).toBe('ask-head');
  });

  it('keeps its memory small', () => {
    const many = Array.from({ length: 200 }, (_, at) => push(`from-${String(at)}`, `to-${String(at)}`));
    expect(after(...many).gaps.length).toBeLessThanOrEqual(12);
  });
});

describe('push order against a repository', () => {
  /** A ref's true story; it may come back once to an old commit or be deleted, and no chain could tell more than that. */
  const story = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.nat(12), fc.option(fc.nat(12)))
    .map(([length, at, back]) => {
      const commits = Array.from({ length }, (_, index): string | null => `c${String(index)}`);
      if (at > 0 && at < length) commits[at] = back === null || back >= at - 1 ? null : `c${String(back)}`;
      return commits.map((commit, index): Push => ({
        key: String(index),
        commit,
        previousCommit: commits[index - 1] ?? null,
      }));
    });
  /** How long each delivery is delayed, in pushes. */
  const delays = fc.array(fc.nat(4), { minLength: 12, maxLength: 12 });

  it('ends at the head and never replaces a later push by an earlier one, in whatever order they arrive', () => {
    fc.assert(
      fc.property(story, delays, (pushes, delayed) => {
        const deliveries = pushes
          .map((one, at) => ({ one, at, arrives: at + (delayed[at] ?? 0) }))
          .sort((x, y) => x.arrives - y.arrives || x.at - y.at);
        let memory = noPushes;
        let deployed: { commit: string; at: number } | undefined;
        for (const { one, at, arrives } of deliveries) {
          const head = pushes[Math.min(arrives, pushes.length - 1)]?.commit ?? null;
          const order = pushOrder(memory, one);
          memory = afterPush(memory, one, order);
          const isHead = one.commit === head;
          if (one.commit === null || order === 'earlier' || (order === 'ask-head' && !isHead)) continue;
          if (order === 'ask-head') memory = confirmHead(memory, one);
          if (deployed && at < deployed.at) expect(isHead).toBe(true);
          deployed = { commit: one.commit, at };
        }
        const last = pushes.at(-1)?.commit ?? null;
        if (last !== null) expect(deployed?.commit).toBe(last);
      }),
      { numRuns: 2000 },
    );
  });
});
