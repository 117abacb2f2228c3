import { join } from 'node:path';
import type { Answer } from '../../scripts/demo/answers';
import { startLoad } from '../../scripts/demo/load';
import { until } from './until';

const perSecond = 200;
const program = join(__dirname, '../../dist/scripts/demo/load-process.js');

/** Requests at a steady rate, and every answer. */
export interface LiveLoad {
  /** In the order of their arrival here, at most a tenth of a second late. */
  answers: Answer[];
  /** Answers that are no 200: all of them, or those from position `from` on. */
  failed: (from?: number) => Answer[];
  /** Requests sent after that time (ms since the epoch) that got no 200. */
  failedSince: (time: number) => Answer[];
  /** Versions that answered from position `from` on. */
  versions: (from?: number) => Set<string | null>;
  /** Resolves when so many more requests have been answered by `version`, or by any. */
  more: (count: number, version?: string) => Promise<void>;
  stop: () => Promise<void>;
}

/** Begins when the service answers for the first time. */
export async function startLiveLoad(url: string): Promise<LiveLoad> {
  await until('the service answers', () =>
    fetch(url).then(
      (answer) => answer.headers.has('x-shop-version'),
      () => false,
    ),
  );
  const answers: Answer[] = [];
  let problem: Error | undefined;
  const load = startLoad(url, perSecond, answers, (error) => (problem = error), program);
  return {
    answers,
    failed: (from = 0) => answers.slice(from).filter(({ status }) => status !== 200),
    failedSince: (time) =>
      answers.filter(({ at, ms, status }) => status !== 200 && sentAt(at, ms, status) > time),
    versions: (from = 0) => new Set(answers.slice(from).map(({ version }) => version)),
    async more(count, version) {
      const from = answers.length;
      const wanted = () =>
        answers.slice(from).filter((answer) => version === undefined || answer.version === version).length;
      await until(`${String(count)} more answers${version ? ` of ${version}` : ''}`, () => {
        if (problem) throw problem;
        return wanted() >= count;
      });
    },
    stop: () => load.stop(),
  };
}

/** For an answer `at` is the time of its arrival; for a request without one it is when that was sent. */
const sentAt = (at: number, ms: number, status: number): number => (status === 0 ? at : at - ms);
