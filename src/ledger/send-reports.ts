import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { SagalineError } from '../domain/errors';
import type { Configuration, StatusReporter } from '../ports';
import type { LedgerDatabase } from './database';
import { underLock, workerLocks } from './lock';
import { type DueReport, dueReports, markFailed, markSent } from './reports';
import { Rounds } from './rounds';
import type { LedgerTables } from './tables';

const lookEveryMs = 1_000;
/** Statuses that are sent at once; hosts ask their callers not to send very many. */
const maxAtOnce = 10;

export interface SendingOptions {
  reporter: StatusReporter;
  configuration: Configuration;
  /** Where people reach the control API, without a slash at the end; undefined for statuses without a link. */
  publicUrl: string | undefined;
  log: Logger;
}

/** Tells the hosts of repositories in the background until it is stopped: nothing waits for it. */
export function sendInBackground(database: LedgerDatabase, options: SendingOptions): Rounds {
  return new Rounds((signal) => database.use((db) => sendReports(db, options, signal)), {
    everyMs: lookEveryMs,
    complaint: 'commit statuses cannot be sent now',
    log: options.log,
  });
}

/** Sends what is due, one status a commit and context at a time; does nothing while another worker does. */
export async function sendReports(
  db: Kysely<LedgerTables>,
  options: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const { project } = await options.configuration.current();
  await underLock(db, workerLocks.report, async () => {
    const due = await dueReports(db, project, maxAtOnce);
    // The lock is kept until all have ended: another worker could overtake a status that is under way.
    const ends = await Promise.allSettled(due.map((report) => send(db, report, options, signal)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  });
}

async function send(
  db: Kysely<LedgerTables>,
  report: DueReport,
  { reporter, publicUrl, log }: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const { repository, commit, context, state, description, link } = report;
  const url = publicUrl === undefined ? null : `${publicUrl}${link}`;
  try {
    await reporter.report({ repository, commit, context, state, description, url }, signal);
  } catch (error) {
    // The next worker sends it: that this one ends says nothing of the host.
    if (signal.aborted) return;
    if (!(error instanceof SagalineError)) throw error;
    const isRepeated = await markFailed(db, report, error.detail, error.code === 'NotFound');
    const what = { repository, commit, context, attempts: report.attempts + 1, problem: error.detail };
    if (isRepeated) log.warn(what, 'a commit status was not taken; it is sent again');
    else log.error(what, 'a commit status is given up');
    return;
  }
  await markSent(db, report);
}
