import type { RunStatus } from '../../src/domain/run';
import type { Count, Exposure } from './answers';

/** What happened to one version: counts from its push to the next one. */
export interface Chapter extends Count {
  version: string;
  commit: string;
  run: string;
  /** How the story wants it to end, and how it did. */
  expected: RunStatus;
  status: RunStatus;
  reason: string | null;
  /** Time in ms from push to the end of the run. */
  ms: number;
  /** Percent of requests that the candidate was given, in order. */
  weights: number[];
  /** Requests that this version answered, at any time. */
  answered: number;
  /** What users met of it while it was a candidate; null unless it was taken back. */
  exposure: Exposure | null;
  /** Version of the shop's database before the push and after the run. */
  database: { before: number; after: number };
  /** Steps that were undone, in the order in which that was done. */
  undone: string[];
  /** Time in ms from the failing measurement to 100 % stable traffic; null when nothing was rolled back. */
  rollbackMs: number | null;
}

/** The whole story; `problems` is empty when it came out as it must. */
export interface DemoResult {
  chapters: Chapter[];
  /** Version whose answers users get at the end, and commit of the release that the lane calls live. */
  live: { version: string | null; commit: string | null };
  /** Time in ms from the start of the platform to the end of the last run. */
  ms: number;
  webUi: string | null;
  gateway: string;
  problems: string[];
}

/** The first weight in examples/shop/.sagaline/deliver.yaml, in percent: no bad release may meet more. */
export const firstWeight = 10;

/** What differs from the story, one sentence each. */
export function differences(chapters: Chapter[], live: DemoResult['live']): string[] {
  const endings = chapters.map(({ version, status, expected, reason }): [boolean, string] => [
    status === expected,
    `version ${version} ended ${status}, not ${expected}: ${reason ?? 'no reason given'}`,
  ]);
  const [first, second, third, fourth] = chapters;
  if (!first || !second || !third || !fourth) {
    return failing([...endings, [false, `only ${String(chapters.length)} of 4 versions were pushed`]]);
  }
  return failing([
    ...endings,
    ...[first, second, fourth].map(({ version, failed }): [boolean, string] => [
      failed === 0,
      `${String(failed)} requests failed during version ${version}`,
    ]),
    [second.requests > 0, 'no request was sent during version 2'],
    [second.weights[0] === firstWeight, 'version 2 did not begin as a canary'],
    [third.exposure !== null && third.exposure.failed > 0, 'no request met the failing version 3'],
    [
      third.exposure === null || third.failed === third.exposure.failed,
      `${String(third.failed)} requests failed during version 3, more than those that met it`,
    ],
    [isWithinShare(third), 'version 3 met more than the share of the first weight'],
    [third.database.after === third.database.before, 'the migration of version 3 was not undone'],
    [
      third.undone.join() === 'release,migrate',
      `version 3 undid ${third.undone.join(', then ') || 'nothing'}, not release, then migrate`,
    ],
    [fourth.answered === 0, 'version 4 answered requests'],
    [fourth.database.after === fourth.database.before, 'version 4 changed the database'],
    [live.commit === second.commit, `the lane calls ${live.commit ?? 'nothing'} live, not version 2`],
    [live.version === second.version, `users get ${live.version ?? 'no answer'} at the end, not version 2`],
  ]);
}

const failing = (checks: [boolean, string][]): string[] =>
  checks.filter(([holds]) => !holds).map(([, problem]) => problem);

/** Counted in whole requests; one more may be answered while the first shift is under way. */
function isWithinShare({ exposure }: Chapter): boolean {
  if (!exposure) return true;
  return exposure.requests <= Math.ceil((exposure.requestsBeside * firstWeight) / 100) + 1;
}
