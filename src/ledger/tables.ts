import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { TokenRole } from '../domain/api-token';
import type { CommitState } from '../domain/commit-status';
import type { EventKind, SagalineEvent } from '../domain/event';
import type { CompensationView, RunStatus, StepView } from '../domain/run';

/** Read as a Date, written as ISO 8601. */
type Time = ColumnType<Date, string, string>;
type OptionalTime = ColumnType<Date | null, string | null, string | null>;

/** One event that was accepted. */
export interface EventsTable {
  /** As `GET /events/:id` takes it. */
  id: string;
  project: string;
  inbox: string;
  key: string;
  source: string;
  delivery_id: string;
  subject: string;
  kind: EventKind;
  repository: string | null;
  /** `dead-letter`: authentic, but not understood. */
  status: 'routed' | 'dead-letter';
  time: Time;
  received_at: Time;
  depth: number;
  body_hash: string;
  data: JSONColumnType<SagalineEvent['data']>;
  /** The event that this one repeats. */
  replay_of: string | null;
}

/** One pipeline that was considered for an event, in the order `at`. */
export interface DecisionsTable {
  event_id: string;
  at: number;
  pipeline: string | null;
  matched: boolean;
  reason: string;
  run_id: string | null;
}

/** One run; an open one as it was when it was last looked at. */
export interface RunsTable {
  id: string;
  /** Temporal's id of the execution: a run that was reset has another. */
  execution_id: string;
  project: string;
  pipeline: string;
  repository: string;
  service: string | null;
  environment: string | null;
  commit: string;
  event_id: string;
  status: RunStatus;
  reason: string | null;
  started_at: Time;
  closed_at: OptionalTime;
}

/** One step of a run, in the order `at` of its pipeline. */
export interface StepsTable {
  run_id: string;
  at: number;
  id: string;
  uses: string;
  status: StepView['status'];
  started_at: OptionalTime;
  finished_at: OptionalTime;
  detail: string | null;
}

/** One undo of a run, in the order `at` in which they are executed. */
export interface CompensationsTable {
  run_id: string;
  at: number;
  step: string;
  status: CompensationView['status'];
  started_at: OptionalTime;
  finished_at: OptionalTime;
  detail: string | null;
}

/** One action of an operator, chained to the one before by its hash. */
export interface AuditTable {
  seq: Generated<number>;
  id: string;
  project: string;
  at: Time;
  actor: string;
  role: string;
  /** HTTP method and route, such as `POST /runs/:id/cancel`. */
  action: string;
  target: string;
  reason: string | null;
  /** HTTP status of the answer; null where the action began. */
  status: number | null;
  previous: string;
  hash: string;
}

/** The newest status of a commit in one context, and how far its host was told. */
export interface ReportsTable {
  project: string;
  repository: string;
  commit: string;
  context: string;
  state: CommitState;
  description: string;
  /** Path in the control API. */
  link: string;
  since: Time;
  /** Grows with each status: an answer for an older one says nothing of this. */
  version: Generated<number>;
  changed_at: Time;
  attempts: Generated<number>;
  /** Null when nothing is to be sent any more. */
  next_at: OptionalTime;
  sent_at: OptionalTime;
  last_error: string | null;
}

/** One token of the control API. */
export interface TokensTable {
  id: string;
  name: string;
  role: TokenRole;
  projects: JSONColumnType<string[]>;
  environments: ColumnType<string[] | null, string | null, string | null>;
  /** SHA-256 of its secret in hex. */
  hash: string;
  created_at: Time;
  created_by: string;
  expires_at: OptionalTime;
  revoked_at: OptionalTime;
  revoked_by: string | null;
}

/** A hook of a sender that can be asked what it delivered. */
export interface HooksTable {
  project: string;
  /** Of the hook in the sender's API. */
  url: string;
  /** When it is looked at again. */
  next_at: Time;
  /** Everything up to this time was read; null before the first look has ended. */
  read_until: OptionalTime;
  /** Of a look that has not ended: the newest attempt that it has read, and where it goes on. */
  reading_from: OptionalTime;
  cursor: string | null;
  /** The newest attempt that was ever read. */
  newest_at: OptionalTime;
  newest_status: number | null;
  last_error: string | null;
}

/** A delivery that never became an event, and how it ended. */
export interface MissedDeliveriesTable {
  project: string;
  hook: string;
  /** The same for all attempts; what the ledger calls the delivery id. */
  guid: string;
  /** Id of the newest attempt. */
  attempt: string;
  event: string;
  status_code: number;
  first_at: Time;
  last_at: Time;
  asks: Generated<number>;
  asked_at: OptionalTime;
  ended_at: OptionalTime;
  /** `arrived`, or why it is not asked for any more. */
  outcome: string | null;
}

/** One release that a lane got, by a run or by a rollback. */
export interface ReleasesTable {
  /** Of what made it: a step of a run, or a rollback. */
  id: string;
  project: string;
  service: string;
  environment: string;
  cause: 'run' | 'rollback';
  /** Equal content has an equal id. */
  release: string;
  commit: string;
  artifact: string;
  configuration: string;
  /** The run that made the release; a rollback to it has the same. */
  run_id: string;
  /** The step that released it; null for a rollback. */
  step: string | null;
  /** What started the run; null for a rollback, which may be read before that run is. */
  event_id: string | null;
  /** Who rolled back, or took or took back a canary before its checks decided, and why. */
  actor: string | null;
  reason: string | null;
  began_at: Time;
  /** When all requests went to it; null while they do not, and where they never did. */
  live_at: OptionalTime;
  /** When its own run took it back; what replaced it otherwise is the lane's next row. */
  ended_at: OptionalTime;
  /** Why it did not stay, or could not be put in order. */
  problem: string | null;
}

/** Where a reader of histories has arrived, by its name. */
export interface MarksTable {
  name: string;
  value: string;
}

export interface LedgerTables {
  events: EventsTable;
  decisions: DecisionsTable;
  runs: RunsTable;
  steps: StepsTable;
  compensations: CompensationsTable;
  audit: AuditTable;
  marks: MarksTable;
  reports: ReportsTable;
  tokens: TokensTable;
  hooks: HooksTable;
  missed_deliveries: MissedDeliveriesTable;
  releases: ReleasesTable;
}
