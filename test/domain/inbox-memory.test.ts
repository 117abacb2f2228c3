import fc from 'fast-check';
import type { SagalineEvent } from '../../src/domain/event';
import {
  emptyMemory,
  find,
  type InboxMemory,
  remember,
  rememberedKeys,
  seen,
  standing,
} from '../../src/domain/inbox-memory';
import { eventOf } from './fixtures';

const record = (event: SagalineEvent, runId: string | null = null) => ({
  event,
  status: 'routed' as const,
  decisions: [{ pipeline: 'deliver', matched: runId !== null, reason: 'because', runId }],
});
const push = (previousCommit: string | null, commit: string | null, change: Partial<SagalineEvent> = {}) =>
  eventOf(`${String(previousCommit)}>${String(commit)}`, {
    kind: 'push',
    data: { previousCommit, commit },
    ...change,
  });
const after = (...events: SagalineEvent[]): InboxMemory =>
  events.reduce((memory, event) => remember(memory, record(event, 'run')), emptyMemory());
const bytes = (memory: InboxMemory) => Buffer.byteLength(JSON.stringify(memory));

describe('standing', () => {
  it('knows a delivery again', () => {
    const memory = after(eventOf('one'));
    expect([seen(memory, 'one'), seen(memory, 'two')]).toEqual([true, false]);
    expect(standing(memory, eventOf('one'))).toEqual({ kind: 'known' });
    expect(standing(memory, eventOf('two'))).toEqual({ kind: 'route', askHead: false });
  });

  it('refuses the same signed body under another delivery id', () => {
    const again = eventOf('two', { bodyHash: 'hash of one' });
    expect(standing(after(eventOf('one')), again)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('same signed body') as string,
    });
  });

  it('counts only the key where the delivery id is signed', () => {
    expect(standing(after(eventOf('one', { bodyHash: '' })), eventOf('two', { bodyHash: '' })).kind).toBe(
      'route',
    );
  });

  it('asks the repository about a repeated body that follows the head', () => {
    const first = push('a', 'b', { bodyHash: 'same' });
    const memory = after(push(null, 'a'), first, push('b', 'a'));
    expect(standing(memory, push('a', 'b', { key: 'new', bodyHash: 'same' }))).toEqual({
      kind: 'route',
      askHead: true,
    });
    expect(
      standing(after(push(null, 'a'), first), push('a', 'b', { key: 'new', bodyHash: 'same' })).kind,
    ).toBe('refused');
  });

  it('refuses a swapped push and asks for the head after a gap', () => {
    const memory = after(push(null, 'a'));
    expect(standing(memory, push('b', 'c'))).toEqual({ kind: 'route', askHead: true });
    const swapped = remember(memory, record(push('b', 'c'), 'run'));
    expect(standing(swapped, push('a', 'b'))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('superseded') as string,
    });
  });

  it('trusts a doubtful push once it has started a run', () => {
    const doubtful = remember(after(push(null, 'a')), record(push('b', 'c')));
    expect(standing(doubtful, push('c', 'd'))).toEqual({ kind: 'route', askHead: true });
    const confirmed = remember(doubtful, record(push('b', 'c'), 'run'));
    const filled = remember(confirmed, record(push('a', 'b')));
    expect(standing(filled, push('c', 'd'))).toEqual({ kind: 'route', askHead: false });
  });

  it('is not moved by a refused repetition', () => {
    const memory = after(push(null, 'a'), push('a', 'b', { bodyHash: 'same' }));
    const repeated = remember(memory, record(push('a', 'b', { key: 'new', bodyHash: 'same' })));
    expect(standing(repeated, push('b', 'c'))).toEqual({ kind: 'route', askHead: false });
  });
});

describe('inbox memory', () => {
  it('changes a record in place', () => {
    const memory = remember(after(eventOf('one'), eventOf('two')), record(eventOf('one'), 'run-7'));
    expect(find(memory, 'one')?.decisions[0]?.runId).toBe('run-7');
    expect(memory.seen).toHaveLength(2);
    expect(find(memory, 'three')).toBeUndefined();
  });

  it('keeps keys longer than data, and data longer than nothing', () => {
    const events = Array.from({ length: 700 }, (_, at) =>
      eventOf(`key-${String(at)}`, { data: { text: 'x'.repeat(2000) } }),
    );
    const memory = after(...events);
    expect(memory.seen).toHaveLength(rememberedKeys);
    expect([seen(memory, 'key-200'), seen(memory, 'key-199')]).toEqual([true, false]);
    expect(find(memory, 'key-699')?.event.data).toEqual({ text: 'x'.repeat(2000) });
    expect(find(memory, 'key-600')).toMatchObject({
      event: { data: {} },
      decisions: [{ pipeline: 'deliver' }],
    });
  });

  it('stays under 256 KiB, keeps every newest record and is plain data', () => {
    const texts = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }));
    const event = fc.record({
      key: texts,
      bodyHash: texts,
      size: fc.nat(32_000),
      reason: fc.nat(40_000),
      pushed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), fc.integer({ min: 1, max: 40 }), (events, times) => {
        let memory = emptyMemory();
        for (const [at, { key, bodyHash, size, reason, pushed }] of Array.from(
          { length: times },
          () => events,
        )
          .flat()
          .entries()) {
          const kind = pushed ? 'push' : 'custom';
          const data = {
            text: '"'.repeat(size / 2),
            commit: key.slice(0, 40),
            previousCommit: bodyHash.slice(0, 40),
          };
          const one = eventOf(`${key}${String(at)}`, { bodyHash, kind, data });
          const decisions = [
            { pipeline: 'deliver', matched: false, reason: 'é'.repeat(reason), runId: null },
          ];
          memory = remember(memory, { event: one, status: 'routed', decisions });
          expect(find(memory, one.key)?.event.key).toBe(one.key);
        }
        expect(bytes(memory)).toBeLessThan(256 * 1024);
        expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
      }),
      { numRuns: 8 },
    );
  });
});
