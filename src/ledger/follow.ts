import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { CommitStatus } from '../domain/commit-status';
import type { RunView } from '../domain/run';
import type { RunGlimpse, RunHistories } from '../ports';
import type { LedgerDatabase } from './database';
import { underLock, workerLocks } from './lock';
import { earlier, lookFrom, writeMark } from './marks';
import { portions } from './portions';
import { Rounds } from './rounds';
import type { LedgerTables } from './tables';
import { writeRunEntries } from './write';

/** Milliseconds between two looks at the runs. */
const lookEveryMs = 1_000;
const markName = 'runs';

/** What the host of a run's repository is to be told of it; `view` is what a closed run did, where that is known. */
export type StatusOf = (run: RunGlimpse, view: RunView | undefined) => Promise<CommitStatus | undefined>;

const noStatus: StatusOf = () => Promise.resolve(undefined);

/** Follows the runs in the background until it is stopped: no run knows of it, and none waits for it. */
export function followInBackground(
  database: LedgerDatabase,
  histories: RunHistories,
  statusOf: StatusOf,
  log: Logger,
): Rounds {
  const follower = new RunFollower(histories, statusOf);
  return new Rounds(() => database.use((db) => follower.look(db)), {
    everyMs: lookEveryMs,
    complaint: 'the ledger cannot follow the runs now',
    log,
  });
}

/** Milliseconds between two looks at all that a mark leaves open; the looks in between are at what is new. */
const lookAtAllEveryMs = 20_000;
/** What visibility shows later than something newer is found by a look at what is new within this time, in ms. */
const lateMs = 5_000;
/** Runs that began within this time before the newest one, in ms, are looked at in each round while they are open. */
const youngMs = 60_000;

/** Writes the runs that have changed, for as long as no other worker does. */
export class RunFollower {
  private lookedAtAll = -Infinity;
  /** When the last of the runs that were seen closed and began, by the clock of Temporal. */
  private seen: Last = {};

  constructor(
    private readonly histories: RunHistories,
    private readonly statusOf: StatusOf = noStatus,
  ) {}

  /**
   * Writes the runs that changed since the last look of any worker, older ones that are open now and then only; does nothing
   * while another worker looks.
   */
  async look(db: Kysely<LedgerTables>): Promise<void> {
    await underLock(db, workerLocks.follow, async () => {
      const begun = Date.now();
      const isDue = performance.now() - this.lookedAtAll >= lookAtAllEveryMs;
      const from = (isDue ? undefined : this.seen.closed) ?? (await lookFrom(db, markName));
      const newest = this.seen.started ?? from;
      const since = isDue
        ? { closed: from }
        : { closed: earlier(from, lateMs), started: earlier(newest, youngMs) };
      const { last } = await writeRuns(db, this.histories, since, this.statusOf);
      if (last.closed !== undefined) this.seen.closed = later(last.closed, this.seen.closed);
      if (last.started !== undefined) this.seen.started = later(last.started, this.seen.started);
      if (!isDue) return;
      await writeMark(db, markName, new Date(begun).toISOString());
      this.lookedAtAll = performance.now();
    });
  }
}

type Known = Pick<RunGlimpse, 'executionId' | 'startedAt' | 'status'> & { isClosed: boolean };

/** How far a look goes back, ISO 8601: runs closed since then, and open ones, where a time is named those started since then. */
interface Since {
  closed: string;
  started?: string;
}

/** When the last of some runs closed and began, ISO 8601; absent where there was none. */
interface Last {
  closed?: string;
  started?: string;
}

/** The later of two times, ISO 8601. */
const later = (one: string, other: string | undefined): string =>
  other !== undefined && other > one ? other : one;

/** Writes the runs of a look, except those of which all is known; returns how many, and the last of those seen. */
export async function writeRuns(
  db: Kysely<LedgerTables>,
  histories: RunHistories,
  since: Since,
  statusOf = noStatus,
): Promise<{ written: number; last: Last }> {
  let written = 0;
  const last: Last = {};
  for await (const page of pages(histories.changedSince(since.closed, since.started))) {
    const ids = page.map(({ id }) => id);
    const rows = await db
      .selectFrom('runs')
      .select(['id', 'execution_id', 'started_at', 'status', 'closed_at'])
      .where('id', 'in', ids)
      .execute();
    const known = new Map(
      rows.map((row) => [
        row.id,
        {
          executionId: row.execution_id,
          startedAt: row.started_at.toISOString(),
          status: row.status,
          isClosed: row.closed_at !== null,
        },
      ]),
    );
    const news = new Map<string, RunGlimpse>();
    for (const run of page) {
      if (run.closedAt !== null) last.closed = later(run.closedAt, last.closed);
      last.started = later(run.startedAt, last.started);
      if (tellsNothingNew(known.get(run.id), run)) continue;
      known.set(run.id, { ...run, isClosed: run.closedAt !== null });
      news.set(run.id, run);
    }
    const entries = await asked([...news.values()], async (run) => {
      const view = await toldBy(run, histories);
      const shown = view ?? { ...run, steps: [], compensations: [] };
      return { project: run.project, view: shown, execution: run, status: await statusOf(run, view) };
    });
    await writeRunEntries(db, entries);
    written += entries.length;
  }
  return { written, last };
}

/** Runs that are asked about at the same time. */
const askedAtOnce = 8;

async function asked<T>(runs: RunGlimpse[], about: (run: RunGlimpse) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const some of portions(runs, askedAtOnce)) answers.push(...(await Promise.all(some.map(about))));
  return answers;
}

/** A run that waits for somebody may wait for days with a release that is live, so it is asked. */
async function toldBy(run: RunGlimpse, histories: RunHistories): Promise<RunView | undefined> {
  if (run.closedAt !== null) return histories.closed(run);
  const waits = run.status === 'waiting' || run.status === 'needs-human';
  return waits && run.service !== null ? histories.open(run) : undefined;
}

/** A closed execution never changes, and one that was reset counts less than the one that took its place. */
function tellsNothingNew(known: Known | undefined, run: RunGlimpse): boolean {
  if (!known) return false;
  if (known.executionId !== run.executionId) return known.startedAt > run.startedAt;
  return known.isClosed || (run.closedAt === null && known.status === run.status);
}

const pageSize = 200;

async function* pages(runs: AsyncIterable<RunGlimpse>): AsyncIterable<RunGlimpse[]> {
  let page: RunGlimpse[] = [];
  for await (const run of runs) {
    page.push(run);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
