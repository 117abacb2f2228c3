import { absent, type Figure, figure } from '../figures';
import type { Contender } from './contender';
import type { Series } from './rounds';
import { type Work, works } from './trivial';

const titles: Record<Work, string> = { steps: 'five steps', undo: 'undoing three steps' };

/** Each one's times and rates, and how many times as long as theirs and as few a second ours are. */
export function figuresOf(
  contenders: readonly Pick<Contender, 'name'>[],
  series: readonly Series[],
  missing: Readonly<Record<string, string>>,
): Figure[] {
  const own = contenders.filter(({ name }) => name.startsWith('our ')).map(({ name }) => name);
  return works.flatMap((work) => {
    const all = series.filter((one) => one.work === work);
    const title = titles[work];
    const times = all.map((one) => figure(`${title}: ${one.contender}, one at a time`, 'ms', one.aloneMs));
    const rates = all
      .filter((one) => one.rates.length > 0)
      .map((one) => figure(`${title}: ${one.contender}, 50 in flight`, 'per second', one.rates));
    const none = Object.entries(missing).map(([name, why]) => absent(`${title}: ${name}`, 'ms', why));
    const others = all.filter(({ contender }) => !own.includes(contender));
    const compared = all
      .filter(({ contender }) => own.includes(contender))
      .flatMap((mine) => others.flatMap((other) => ratiosOf(title, mine, other)));
    return [...times, ...none, ...rates, ...compared];
  });
}

/** Of each round: our time over theirs, and their rate over ours. */
function ratiosOf(title: string, mine: Series, other: Series): Figure[] {
  const over = (a: number[], b: number[]) => a.map((value, at) => value / (b[at] ?? NaN));
  const what = `${title}: ${mine.contender} over ${other.contender}`;
  const times = figure(`${what}, time`, 'times', over(mine.medians, other.medians));
  if (other.rates.length === 0) return [times];
  return [times, figure(`${what}, time at 50 in flight`, 'times', over(other.rates, mine.rates))];
}
