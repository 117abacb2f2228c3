import type { CommitStatus } from '../domain/commit-status';
import type { EventRecord } from '../domain/event';

/** An event with everything that was decided about it. */
export interface EventEntry {
  type: 'event';
  project: string;
  record: EventRecord;
}

/** What an operator did, or began to do. */
export interface AuditEntry {
  type: 'audit';
  /** UUID: the same however often the entry is written. */
  id: string;
  project: string;
  /** ISO 8601. */
  at: string;
  actor: string;
  role: string;
  action: string;
  target: string;
  reason: string | null;
  status: number | null;
}

/** What the host of a repository is to be told of a commit. */
export interface StatusEntry {
  type: 'status';
  project: string;
  status: CommitStatus;
}

/** One line of a spool: written to the ledger once, however often it is shipped. */
export type LedgerEntry = EventEntry | AuditEntry | StatusEntry;
