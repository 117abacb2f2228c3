import { plainLine } from './plain-line';
import type { RunStatus, RunView } from './run';
import { isOpen } from './run-status';

export type CommitState = 'pending' | 'success' | 'failure' | 'error' | 'cancelled';

/** What the host of a repository is told about a commit; the newest of a commit and context counts. */
export interface CommitStatus {
  repository: string;
  commit: string;
  /** Tells it from the commit's other statuses. */
  context: string;
  state: CommitState;
  /** One line for people. */
  description: string;
  /** Path in the control API of what it is about. */
  link: string;
  /** When what it is about began, ISO 8601: what began earlier never replaces it. */
  since: string;
}

const sayings: Readonly<Record<RunStatus, { state: CommitState; text: string }>> = {
  queued: { state: 'pending', text: 'waits for its turn' },
  running: { state: 'pending', text: 'runs' },
  waiting: { state: 'pending', text: 'waits' },
  'needs-human': { state: 'pending', text: 'an undo keeps failing: waits for a person' },
  succeeded: { state: 'success', text: 'succeeded' },
  failed: { state: 'failure', text: 'failed' },
  'rolled-back': { state: 'failure', text: 'failed and was undone' },
  cancelled: { state: 'cancelled', text: 'cancelled' },
  superseded: { state: 'cancelled', text: 'superseded' },
};

/** The status of a run that began at that time (ISO 8601); undefined where its commit is none that a host knows. */
export function statusOfRun(
  run: Pick<RunView, 'id' | 'repository' | 'commit' | 'pipeline' | 'status' | 'reason'>,
  startedAt: string,
): CommitStatus | undefined {
  const { id, repository, commit, pipeline, status, reason } = run;
  if (!isCommit(commit)) return undefined;
  const { state, text } = sayings[status];
  // What an open run gives as its reason says what it waits for.
  const said = reason === null ? text : isOpen(status) ? reason : `${text}: ${reason}`;
  return {
    ...{ repository, commit, state, since: startedAt },
    context: `sagaline/${pipeline}`,
    description: plainLine(said),
    link: `/runs/${encodeURIComponent(id)}`,
  };
}

/** Where pipeline files were found, and by which event. */
export interface FilesAt {
  repository: string;
  commit: string;
  eventId: string;
  /** ISO 8601. */
  receivedAt: string;
}

/** The status of a pipeline file that cannot be used, with the first of its faults. */
export function statusOfFile(
  path: string,
  problem: string,
  { repository, commit, eventId, receivedAt }: FilesAt,
): CommitStatus | undefined {
  if (!isCommit(commit)) return undefined;
  return {
    ...{ repository, commit, state: 'error', since: receivedAt },
    context: `sagaline/${path.slice(path.lastIndexOf('/') + 1)}`,
    description: plainLine(problem.split('\n', 1)[0] ?? ''),
    link: `/events/${encodeURIComponent(eventId)}`,
  };
}

/** Milliseconds until a status that was refused so often is sent again. */
export const waitToReport = (attempts: number): number =>
  Math.min(1_000 * 2 ** Math.min(attempts - 1, 12), 60 * 60 * 1_000);

/** A commit becomes a part of urls, so it must not be anything else. */
const isCommit = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
