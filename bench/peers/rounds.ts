import type { BenchContext } from '../bench';
import { median } from '../figures';
import type { Contender } from './contender';
import { type Work, works } from './trivial';

const rounds = 6;
const aloneEach = 10;
const inFlight = 50;
const togetherEach = 200;

/** What one contender did of one work. */
export interface Series {
  contender: string;
  work: Work;
  /** Time of each that was alone, in ms. */
  aloneMs: number[];
  /** Of each round: the median of those in ms, and executions a second with 50 in flight; none where it is not asked for that. */
  medians: number[];
  rates: number[];
}

/** First executions, which do not count. */
export async function warmUp(contender: Contender): Promise<void> {
  for (const work of contender.works) await contender.measure({ work, count: 5, inFlight: 1 });
}

/** Everybody in each round, one after the other, each round in the opposite order. */
export async function measureRounds(
  contenders: readonly Contender[],
  { say, scaled, signal }: Pick<BenchContext, 'say' | 'scaled' | 'signal'>,
): Promise<Series[]> {
  const able = (work: Work) => contenders.filter((contender) => contender.works.includes(work));
  const pairs = works.flatMap((work) => able(work).map((contender) => ({ contender, work })));
  const series = pairs.map(({ contender, work }) => ({
    contender,
    of: seriesOf(contender.name, work),
  }));
  const count = Math.max(2, scaled(rounds));
  for (let round = 0; round < count; round++) {
    say(`round ${String(round + 1)} of ${String(count)}`);
    for (const { contender, of } of round % 2 === 0 ? series : series.toReversed()) {
      signal.throwIfAborted();
      const alone = await contender.measure({ work: of.work, count: scaled(aloneEach), inFlight: 1 });
      of.aloneMs.push(...alone.ms);
      of.medians.push(median(alone.ms));
      if (!contender.manyAtOnce) continue;
      const together = await contender.measure({ work: of.work, count: scaled(togetherEach), inFlight });
      of.rates.push(together.ms.length / together.seconds);
    }
  }
  return series.map(({ of }) => of);
}

const seriesOf = (contender: string, work: Work): Series => ({
  ...{ contender, work, aloneMs: [], medians: [], rates: [] },
});
