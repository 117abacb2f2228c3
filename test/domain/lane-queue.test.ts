import fc from 'fast-check';
import type { Holder } from '../../src/domain/lane';
import {
  carriedQueue,
  compareOrders,
  emptyQueue,
  finish,
  grantNext,
  nextGeneration,
  type Queue,
  rememberedSubjects,
  request,
} from '../../src/domain/lane-queue';

const holder = (workflowId: string, time: number, change: Partial<Holder> = {}): Holder => ({
  workflowId,
  runId: `${workflowId}-1`,
  subject: 'main',
  order: { time, counter: 0 },
  commit: `commit-${String(time)}`,
  ...change,
});
const asked = (queue: Queue, ...holders: Holder[]): Queue =>
  holders.reduce((at, one) => request(at, one).queue, queue);

describe('lane queue', () => {
  it('grants in the order of asking, one at a time', () => {
    const queue = asked(emptyQueue(true), holder('a', 1), holder('b', 2));
    const first = grantNext(queue, 1000);
    expect(first.granted?.workflowId).toBe('a');
    expect(grantNext(first.queue, 1001).granted).toBeNull();
    const freed = finish(first.queue, 'a', 'a-1');
    expect(freed.outcome).toBe('freed');
    expect(grantNext(freed.queue, 1002)).toMatchObject({
      granted: { workflowId: 'b' },
      queue: { generation: 1002 },
    });
  });

  it('gives no second place to one who asks again', () => {
    const queue = asked(emptyQueue(true), holder('a', 1), holder('b', 2), holder('b', 2));
    expect(queue.waiting).toHaveLength(2);
    const granted = grantNext(queue, 1).queue;
    expect(request(granted, holder('a', 1))).toEqual({ queue: granted, outcome: 'holding', refused: [] });
  });

  it('refuses an earlier change of a subject once a later one was granted, also after its end', () => {
    const granted = grantNext(asked(emptyQueue(true), holder('b', 2)), 1).queue;
    expect(request(granted, holder('a', 1)).outcome).toBe('refused');
    expect(request(finish(granted, 'b', 'b-1').queue, holder('a', 1)).outcome).toBe('refused');
    expect(request(granted, holder('x', 1, { subject: 'hotfix' })).outcome).toBe('waiting');
  });

  it('refuses those in line whom a grant made outdated, but none before', () => {
    const queue = asked(emptyQueue(true), holder('b', 2), holder('a', 1), holder('c', 3));
    expect(queue.waiting).toHaveLength(3);
    const { refused, queue: next } = grantNext(queue, 1);
    expect(refused.map(({ workflowId }) => workflowId)).toEqual(['a']);
    expect(next.waiting.map(({ workflowId }) => workflowId)).toEqual(['c']);
  });

  it('takes an equal order for the same change only with the same commit', () => {
    const granted = grantNext(asked(emptyQueue(true), holder('a', 1)), 1).queue;
    expect(request(granted, holder('a:2', 1)).outcome).toBe('waiting');
    expect(request(granted, holder('other', 1, { commit: 'other' })).outcome).toBe('refused');
  });

  it('takes the grant from a holder that was reset and puts its new run first', () => {
    const granted = grantNext(asked(emptyQueue(true), holder('a', 1), holder('b', 2)), 10).queue;
    const { queue, outcome } = request(granted, holder('a', 1, { runId: 'a-2' }));
    expect(outcome).toBe('replaced');
    expect(grantNext(queue, 5)).toMatchObject({ granted: { runId: 'a-2' }, queue: { generation: 11 } });
  });

  it('lets a waiting run that was reset keep its place', () => {
    const queue = asked(emptyQueue(true), holder('a', 1), holder('b', 2), holder('a', 1, { runId: 'a-2' }));
    expect(queue.waiting.map(({ runId }) => runId)).toEqual(['a-2', 'b-1']);
  });

  it('is not freed by an execution that was reset since', () => {
    const queue = asked(emptyQueue(true), holder('a', 1), holder('a', 1, { runId: 'a-2' }));
    const granted = grantNext(queue, 1).queue;
    expect(finish(granted, 'a', 'a-1')).toEqual({ queue: granted, outcome: 'unknown' });
    expect(finish(granted, 'a', 'a-2').outcome).toBe('freed');
  });

  it('lets one in line leave', () => {
    const queue = asked(emptyQueue(true), holder('a', 1), holder('b', 2));
    expect(finish(queue, 'b', 'b-1')).toMatchObject({
      outcome: 'left',
      queue: { waiting: [{ workflowId: 'a' }] },
    });
  });

  it('remembers a bounded number of subjects', () => {
    let queue = emptyQueue(true);
    for (let at = 0; at < rememberedSubjects + 5; at++) {
      const one = holder(`run-${String(at)}`, at, { subject: `branch-${String(at)}` });
      queue = grantNext(asked(queue, one), at).queue;
      queue = finish(queue, one.workflowId, one.runId).queue;
    }
    expect(queue.newest).toHaveLength(rememberedSubjects);
    expect(queue.newest[0]?.subject).toBe('branch-5');
  });

  it('never repeats a generation', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (previous, now) => {
        expect(nextGeneration(previous, now)).toBeGreaterThan(previous);
        expect(nextGeneration(previous, now)).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});

describe('a queue that was carried over', () => {
  it('is read as 0.1.0 wrote it', () => {
    const { holders, ...today } = grantNext(asked(emptyQueue(true), holder('a', 1), holder('b', 2)), 7).queue;
    const { supersede, generation, waiting, newest } = today;
    const [held] = holders;
    const first = { supersede, generation, holder: held ?? null, waiting, newest };
    const read = carriedQueue(first);
    expect(read).toEqual({ ...today, holders, asker: null });
    expect(finish(read, 'a', 'a-1').outcome).toBe('freed');
    expect(carriedQueue({ ...first, holder: null }).holders).toEqual([]);
  });

  it('is taken as it is when it is of today', () => {
    const queue = grantNext(asked(emptyQueue(false), holder('a', 1)), 7).queue;
    expect(carriedQueue(JSON.parse(JSON.stringify(queue)) as Queue)).toEqual(queue);
  });
});

describe('lane queue against a model', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const command = fc.oneof(
    fc.record({ do: fc.constant('request' as const), name, reset: fc.nat(2) }),
    fc.record({ do: fc.constant('grant' as const), now: fc.nat(50) }),
    fc.record({ do: fc.constant('finish' as const), name, reset: fc.nat(2) }),
  );
  /** The same run always asks with the same subject and order. */
  const run = (id: string, reset: number): Holder => {
    const at = id.charCodeAt(0) - 97;
    return holder(id, at % 3, { runId: `${id}-${String(reset)}`, subject: at < 3 ? 'main' : 'hotfix' });
  };

  it('has one holder, loses none, grows its generation and never goes back within a subject', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        let queue = emptyQueue(true);
        /** Ids that were promised a place and have neither been refused nor ended. */
        const inside = new Map<string, string>();
        const newest = new Map<string, Holder>();
        for (const one of commands) {
          const before = queue;
          if (one.do === 'request') {
            const asking = run(one.name, one.reset);
            const answer = request(queue, asking);
            if (answer.outcome === 'refused') inside.delete(one.name);
            else inside.set(one.name, asking.runId);
            queue = answer.queue;
          } else if (one.do === 'grant') {
            const answer = grantNext(queue, one.now);
            queue = answer.queue;
            for (const refused of answer.refused) inside.delete(refused.workflowId);
            if (answer.granted) {
              expect(before.holders).toEqual([]);
              expect(queue.generation).toBeGreaterThan(before.generation);
              const earlier = newest.get(answer.granted.subject);
              if (earlier)
                expect(compareOrders(answer.granted.order, earlier.order)).toBeGreaterThanOrEqual(0);
              newest.set(answer.granted.subject, answer.granted);
            } else expect(before.holders.length > 0 || before.waiting.length === 0).toBe(true);
          } else {
            const leaving = run(one.name, one.reset);
            const answer = finish(queue, leaving.workflowId, leaving.runId);
            expect(answer.outcome !== 'unknown').toBe(inside.get(one.name) === leaving.runId);
            if (answer.outcome !== 'unknown') inside.delete(one.name);
            queue = answer.queue;
          }
          expect(queue.holders.length).toBeLessThanOrEqual(1);
          const present = [...queue.holders, ...queue.waiting];
          expect(new Map(present.map(({ workflowId, runId }) => [workflowId, runId]))).toEqual(inside);
          expect(present).toHaveLength(inside.size);
          expect(JSON.parse(JSON.stringify(queue))).toEqual(queue);
        }
      }),
      { numRuns: 500 },
    );
  });
});
