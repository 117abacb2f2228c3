import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Decision, EventKind, EventRecord, SagalineEvent } from '../domain/event';
import type { EventsTable, LedgerTables } from './tables';
import type { Selectable } from 'kysely';

/** What a list of events may be narrowed to; every field that is given must hold. */
export interface EventFilter {
  source?: string | undefined;
  kind?: EventKind | undefined;
  subject?: string | undefined;
  repository?: string | undefined;
  status?: 'routed' | 'dead-letter' | undefined;
  /** Whether some pipeline took the event. */
  matched?: boolean | undefined;
  /** Accepted at or after, and before, ISO 8601. */
  since?: string | undefined;
  until?: string | undefined;
  /** Words that occur in subject, source, kind or data, in the syntax of web searches. */
  text?: string | undefined;
}

/** Where a page ends: the next one begins behind it. */
export interface EventPosition {
  receivedAt: string;
  id: string;
}

/** An event as the ledger holds it. */
export interface StoredEvent extends EventRecord {
  id: string;
  event: SagalineEvent;
}

type Row = Omit<Selectable<EventsTable>, 'search'>;

/** Events that fit, newest first, at most `limit`. */
export async function listEvents(
  db: Kysely<LedgerTables>,
  project: string,
  filter: EventFilter,
  limit: number,
  after?: EventPosition,
): Promise<StoredEvent[]> {
  let query = narrowed(db.selectFrom('events').selectAll().where('project', '=', project), filter);
  if (after)
    query = query.where(sql<boolean>`(received_at, id) < (${after.receivedAt}::timestamptz, ${after.id})`);
  const rows = await query.orderBy('received_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return withDecisions(db, rows);
}

/** One event with its decisions; undefined when the ledger does not have it. */
export async function findEvent(
  db: Kysely<LedgerTables>,
  project: string,
  id: string,
): Promise<StoredEvent | undefined> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('project', '=', project)
    .where('id', '=', id)
    .execute();
  const [found] = await withDecisions(db, rows);
  return found;
}

type EventQuery = SelectQueryBuilder<LedgerTables, 'events', Selectable<EventsTable>>;

function narrowed(query: EventQuery, filter: EventFilter): EventQuery {
  const { source, kind, subject, repository, status, matched, since, until, text } = filter;
  let narrow = query;
  if (source !== undefined) narrow = narrow.where('source', '=', source);
  if (kind !== undefined) narrow = narrow.where('kind', '=', kind);
  if (subject !== undefined) narrow = narrow.where('subject', '=', subject);
  if (repository !== undefined) narrow = narrow.where('repository', '=', repository);
  if (status !== undefined) narrow = narrow.where('status', '=', status);
  if (since !== undefined) narrow = narrow.where('received_at', '>=', new Date(since));
  if (until !== undefined) narrow = narrow.where('received_at', '<', new Date(until));
  if (text !== undefined)
    narrow = narrow.where(sql<boolean>`events.search @@ websearch_to_tsquery('simple', ${text})`);
  if (matched !== undefined)
    narrow = narrow.where((build) => {
      const taken = build.exists(
        build
          .selectFrom('decisions')
          .select('at')
          .whereRef('decisions.event_id', '=', 'events.id')
          .where('decisions.matched', '=', true),
      );
      return matched ? taken : build.not(taken);
    });
  return narrow;
}

async function withDecisions(db: Kysely<LedgerTables>, rows: Row[]): Promise<StoredEvent[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const decisions = await db
    .selectFrom('decisions')
    .selectAll()
    .where('event_id', 'in', ids)
    .orderBy('at')
    .execute();
  const byEvent = new Map<string, Decision[]>(ids.map((id) => [id, []]));
  for (const { event_id, pipeline, matched, reason, run_id } of decisions)
    byEvent.get(event_id)?.push({ pipeline, matched, reason, runId: run_id });
  return rows.map((row) => ({
    id: row.id,
    event: eventOf(row),
    status: 'routed',
    decisions: byEvent.get(row.id) ?? [],
  }));
}

function eventOf(row: Row): SagalineEvent {
  return {
    key: row.key,
    bodyHash: row.body_hash,
    deliveryId: row.delivery_id,
    source: row.source,
    subject: row.subject,
    kind: row.kind,
    time: row.time.toISOString(),
    receivedAt: row.received_at.toISOString(),
    data: row.data,
    ...(row.depth > 0 && { depth: row.depth }),
    ...(row.replay_of !== null && { replayOf: row.replay_of }),
  };
}
