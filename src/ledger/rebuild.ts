import type { InboxHistories, LaneHistories, RunHistories } from '../ports';
import type { LedgerDatabase } from './database';
import type { LedgerEntry } from './entries';
import { writeRuns } from './follow';
import { writeRollbacks } from './follow-lanes';
import { portions } from './portions';
import { writeEntries } from './write';

/** How far a rebuild has come. */
export interface Rebuilt {
  inboxes: number;
  events: number;
  runs: number;
}

/** Milliseconds in which a run is the follower's business, who also tells the host of its repository. */
const recentMs = 5 * 60_000;

/** Events of one transaction. */
const batchSize = 200;

/**
 * Writes everything that the histories hold of events, runs and rollbacks since a time (ISO 8601) and that the ledger may miss; what is
 * there stays. The audit and what is no longer retained cannot be had from histories. Yields after each inbox.
 */
export async function* rebuild(
  database: LedgerDatabase,
  { inboxes, runs, lanes }: { inboxes: InboxHistories; runs: RunHistories; lanes: LaneHistories },
  since: string,
  redact: <T>(value: T) => T,
): AsyncIterable<Rebuilt> {
  const done: Rebuilt = { inboxes: 0, events: 0, runs: 0 };
  for await (const { project, records } of inboxes.changedSince(since)) {
    const entries = records
      .filter(({ event }) => event.receivedAt >= since)
      .map((record) => redact<LedgerEntry>({ type: 'event', project, record }));
    for (const batch of portions(entries, batchSize)) {
      await database.use((db) => writeEntries(db, batch));
      done.events += batch.length;
    }
    done.inboxes += 1;
    yield { ...done };
  }
  const { written } = await database.use((db) => writeRuns(db, withoutRecent(runs), { closed: since }));
  done.runs = written;
  await database.use((db) => writeRollbacks(db, lanes, redact, since));
  yield { ...done };
}

/** The same histories without runs that began or ended a moment ago. */
function withoutRecent(runs: RunHistories): RunHistories {
  const before = new Date(Date.now() - recentMs).toISOString();
  return {
    open: (run) => runs.open(run),
    closed: (run) => runs.closed(run),
    async *changedSince(closed, started) {
      for await (const run of runs.changedSince(closed, started))
        if ((run.closedAt ?? run.startedAt) < before) yield run;
    },
  };
}
