import fc from 'fast-check';
import {
  type CanaryAction,
  type CanaryDecision,
  type CanaryInput,
  type CanarySchedule,
  canarySchedule,
  decide,
  leaseMs,
  startCanary,
  tickMs,
} from '../../src/domain/canary-schedule';
import type { Verdict, VerdictWord } from '../../src/domain/judge';
import { canarySchema } from '../../src/domain/canary-schema';

const schedule: CanarySchedule = {
  weights: [5, 25, 50],
  intervalMs: 60_000,
  patienceMs: 120_000,
  onInconclusive: 'wait',
  firstRelease: false,
};
const saying = (verdict: VerdictWord): Verdict => ({ verdict, reason: `because ${verdict}`, checks: [] });

type Answer = { verdict: VerdictWord; lapsed?: boolean } | { operator: 'promote' | 'abort' };

/** Plays a canary with these answers, each measured exactly when it was asked for; returns every action. */
function play(plan: CanarySchedule, answers: Answer[]): CanaryAction[] {
  let now = 0;
  let decision: CanaryDecision = startCanary(plan);
  const actions = [decision.action];
  const step = (input: CanaryInput) => {
    // Through JSON, because the state must survive a continue-as-new.
    decision = decide(JSON.parse(JSON.stringify(decision.state)) as CanaryDecision['state'], input);
    actions.push(decision.action);
  };
  const settle = () => {
    if (decision.action.kind === 'shift') step({ kind: 'shifted', now });
    if (decision.action.kind === 'alert') step({ kind: 'alerted', now });
  };
  settle();
  for (const answer of answers) {
    if ('operator' in answer) step({ kind: 'operator', command: answer.operator, reason: 'by hand' });
    else {
      now += decision.action.kind === 'observe' ? decision.action.afterMs : 0;
      step({ kind: 'observed', now, verdict: saying(answer.verdict), lapsed: answer.lapsed ?? false });
    }
    settle();
  }
  return actions;
}
const kinds = (actions: CanaryAction[]) =>
  actions.map((action) => (action.kind === 'shift' ? action.weight : action.kind));
const passes = (count: number): Answer[] => new Array<Answer>(count).fill({ verdict: 'pass' });
const unclear = (count: number): Answer[] => new Array<Answer>(count).fill({ verdict: 'inconclusive' });

describe('canary schedule', () => {
  it('takes durations from the settings, and looks every 30 s within a longer interval', () => {
    const settings = canarySchema.parse({
      service: 's',
      environment: 'e',
      artifact: 'build',
      start: 'x',
      interval: '10m',
    });
    const plan = canarySchedule(settings, false);
    expect(plan).toMatchObject({ weights: [10, 50], intervalMs: 600_000, patienceMs: 600_000 });
    expect([tickMs(plan), leaseMs(plan)]).toEqual([30_000, 35_000]);
    expect([tickMs({ ...plan, intervalMs: 1000 }), leaseMs({ ...plan, intervalMs: 1000 })]).toEqual([
      1000, 6000,
    ]);
  });

  it('goes on only when the interval is over, and promotes after the last weight', () => {
    expect(kinds(play(schedule, passes(6)))).toEqual([
      5,
      'observe',
      'observe',
      25,
      'observe',
      'observe',
      50,
      'observe',
      'observe',
      'promote',
    ]);
  });

  it('ends an interval exactly, also when it is no multiple of the tick', () => {
    const waits = play({ ...schedule, weights: [5], intervalMs: 70_000 }, passes(3)).flatMap((action) =>
      action.kind === 'observe' ? [action.afterMs] : [],
    );
    expect(waits).toEqual([30_000, 30_000, 10_000]);
  });

  it('aborts at the first fail, in the middle of an interval too', () => {
    const actions = play(schedule, [{ verdict: 'pass' }, { verdict: 'pass' }, { verdict: 'fail' }]);
    expect(actions.at(-1)).toEqual({ kind: 'abort', reason: 'because fail' });
  });

  it('observes a first release once, at 100 %', () => {
    const settings = canarySchema.parse({
      service: 's',
      environment: 'e',
      artifact: 'build',
      start: 'x',
      interval: '1s',
    });
    expect(kinds(play(canarySchedule(settings, true), passes(1)))).toEqual([100, 'observe', 'promote']);
  });

  it('promotes at once without weights', () => {
    expect(startCanary({ ...schedule, weights: [] }).action.kind).toBe('promote');
  });

  it('holds the weight while nothing is known, and alerts once', () => {
    const actions = play(schedule, unclear(30));
    expect(kinds(actions).filter((kind) => kind === 'alert')).toHaveLength(1);
    expect(kinds(actions).filter((kind) => typeof kind === 'number')).toEqual([5]);
    expect(actions.at(-1)?.kind).toBe('observe');
  });

  it('goes on after an alert as soon as the measurements pass', () => {
    expect(kinds(play(schedule, [...unclear(10), { verdict: 'pass' }])).at(-2)).toBe(25);
  });

  it.each<['rollback' | 'promote', string | number]>([
    ['rollback', 'abort'],
    ['promote', 25],
  ])('after patience with onInconclusive %s', (onInconclusive, wanted) => {
    const played = kinds(play({ ...schedule, onInconclusive }, unclear(5)));
    expect(played.slice(0, 6)).toEqual([5, 'observe', 'observe', 'observe', 'observe', 'observe']);
    expect(played[6]).toBe(wanted);
  });

  it('counts patience only without a break', () => {
    const plan: CanarySchedule = {
      ...schedule,
      intervalMs: 120_000,
      patienceMs: 60_000,
      onInconclusive: 'rollback',
    };
    const pass: Answer = { verdict: 'pass' };
    expect(kinds(play(plan, [...unclear(1), pass, ...unclear(2)])).at(-1)).toBe('observe');
    expect(kinds(play(plan, [pass, ...unclear(3)])).at(-1)).toBe('abort');
  });

  it('sets a lapsed weight again and begins its interval anew', () => {
    const played = play(schedule, [
      { verdict: 'pass' },
      { verdict: 'pass', lapsed: true },
      { verdict: 'pass' },
      { verdict: 'pass' },
    ]);
    expect(kinds(played)).toEqual([5, 'observe', 'observe', 5, 'observe', 'observe', 25, 'observe']);
  });

  it('aborts on a fail although the lease has lapsed', () => {
    expect(kinds(play(schedule, [{ verdict: 'fail', lapsed: true }])).at(-1)).toBe('abort');
  });

  it.each<['promote' | 'abort']>([['promote'], ['abort']])('lets an operator %s at any time', (operator) => {
    expect(kinds(play(schedule, [{ operator }])).at(-1)).toBe(operator);
    expect(
      decide(startCanary(schedule).state, { kind: 'operator', command: operator, reason: 'x' }).action.kind,
    ).toBe(operator);
  });

  const anySchedule = fc.record({
    weights: fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
      .map((weights) => weights.sort((a, b) => a - b)),
    intervalMs: fc.integer({ min: 1, max: 300_000 }),
    patienceMs: fc.integer({ min: 0, max: 300_000 }),
    onInconclusive: fc.constantFrom('wait' as const, 'rollback' as const, 'promote' as const),
    firstRelease: fc.constant(false),
  });
  const measured = fc.record({
    verdict: fc.constantFrom<VerdictWord>('pass', 'pass', 'pass', 'inconclusive', 'fail'),
    lapsed: fc.boolean(),
  });
  const answers = fc.array(
    fc.oneof(
      { weight: 9, arbitrary: measured },
      fc.record({ operator: fc.constantFrom('promote' as const, 'abort' as const) }),
    ),
    { maxLength: 60 },
  );

  it('never lowers the weight, and says nothing else after its end', () => {
    fc.assert(
      fc.property(anySchedule, answers, (plan, given) => {
        const actions = play(plan, given);
        const weights = actions.flatMap((action) => (action.kind === 'shift' ? [action.weight] : []));
        expect(weights).toEqual([...weights].sort((a, b) => a - b));
        const end = actions.findIndex(({ kind }) => kind === 'promote' || kind === 'abort');
        if (end >= 0) expect(new Set(actions.slice(end).map(({ kind }) => kind)).size).toBe(1);
      }),
    );
  });

  it('never shifts or promotes once a measurement failed', () => {
    fc.assert(
      fc.property(anySchedule, fc.array(measured, { maxLength: 60 }), (plan, given) => {
        const at = given.findIndex(({ verdict }) => verdict === 'fail');
        fc.pre(at >= 0);
        const ended = play(plan, given.slice(0, at)).at(-1)?.kind;
        const actions = play(plan, given);
        expect(actions.at(-1)?.kind).toBe(ended === 'promote' ? 'promote' : 'abort');
      }),
    );
  });

  it('ends within its ticks when every measurement passes', () => {
    fc.assert(
      fc.property(anySchedule, (plan) => {
        const ticks = plan.weights.length * Math.ceil(plan.intervalMs / tickMs(plan));
        expect(play(plan, passes(ticks)).at(-1)?.kind).toBe('promote');
        if (ticks > 0) expect(play(plan, passes(ticks - 1)).at(-1)?.kind).toBe('observe');
      }),
    );
  });

  it('never waits longer than its lease', () => {
    fc.assert(
      fc.property(anySchedule, answers, (plan, given) => {
        for (const action of play(plan, given)) {
          if (action.kind === 'observe') expect(action.afterMs).toBeLessThan(action.leaseMs);
        }
      }),
    );
  });
});
