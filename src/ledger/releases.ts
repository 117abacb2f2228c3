import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import type { LedgerTables, ReleasesTable } from './tables';

/** What a list of releases may be narrowed to; every field that is given must hold. */
export interface ReleaseFilter {
  service?: string | undefined;
  environment?: string | undefined;
  commit?: string | undefined;
  /** Began at or after, and before, ISO 8601. */
  since?: string | undefined;
  until?: string | undefined;
  /** Was live at that moment, ISO 8601: at most one in each lane. */
  at?: string | undefined;
}

/** Where a page ends: the next one begins behind it. */
export interface ReleasePosition {
  beganAt: string;
  id: string;
}

/** A release as a lane got it; times are ISO 8601. */
export interface StoredRelease {
  id: string;
  service: string;
  environment: string;
  cause: 'run' | 'rollback';
  /**
   * `rolling`: not live yet. `aborted`: never live. `live`. `undone`: taken back by its own run. `rolled-back`, `superseded`: by
   * a rollback, or by the release of a later run.
   */
  status: 'rolling' | 'aborted' | 'live' | 'undone' | 'rolled-back' | 'superseded';
  release: string;
  commit: string;
  artifact: string;
  configuration: string;
  runId: string;
  step: string | null;
  eventId: string | null;
  actor: string | null;
  reason: string | null;
  beganAt: string;
  liveAt: string | null;
  endedAt: string | null;
  /** Release that replaced it. */
  replacedBy: string | null;
  problem: string | null;
}

interface Next {
  next_release: string | null;
  next_cause: 'run' | 'rollback' | null;
  next_at: Date | null;
}
type Row = Selectable<ReleasesTable> & Next & { run_event_id: string | null };

/** Releases that fit, newest first, at most `limit`. */
export async function listReleases(
  db: Kysely<LedgerTables>,
  project: string,
  filter: ReleaseFilter,
  limit: number,
  after?: ReleasePosition,
): Promise<StoredRelease[]> {
  let query = narrowed(db.selectFrom('releases').where('releases.project', '=', project), filter);
  if (after)
    query = query.where(
      sql<boolean>`(releases.began_at, releases.id) < (${after.beganAt}::timestamptz, ${after.id})`,
    );
  const rows = await query
    .leftJoinLateral(
      // What its own run took back has replaced nothing for good.
      (build) =>
        build
          .selectFrom('releases as later')
          .select(['later.release as next_release', 'later.cause as next_cause', 'later.live_at as next_at'])
          .where('later.ended_at', 'is', null)
          .where(inSameLane)
          .where(sql<boolean>`(later.live_at, later.id) > (releases.live_at, releases.id)`)
          .orderBy('later.live_at')
          .orderBy('later.id')
          .limit(1)
          .as('next'),
      (join) => join.onTrue(),
    )
    .leftJoin('runs', 'runs.id', 'releases.run_id')
    .selectAll('releases')
    .select(['runs.event_id as run_event_id'])
    .select(['next_release', 'next_cause', 'next_at'])
    .orderBy('releases.began_at', 'desc')
    .orderBy('releases.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(stored);
}

const inSameLane = sql<boolean>`later.project = releases.project and later.service = releases.service
  and later.environment = releases.environment`;

type ReleaseQuery = SelectQueryBuilder<LedgerTables, 'releases', object>;

function narrowed(query: ReleaseQuery, filter: ReleaseFilter): ReleaseQuery {
  const { service, environment, commit, since, until, at } = filter;
  let narrow = query;
  if (service !== undefined) narrow = narrow.where('releases.service', '=', service);
  if (environment !== undefined) narrow = narrow.where('releases.environment', '=', environment);
  if (commit !== undefined) narrow = narrow.where('releases.commit', '=', commit);
  if (since !== undefined) narrow = narrow.where('releases.began_at', '>=', new Date(since));
  if (until !== undefined) narrow = narrow.where('releases.began_at', '<', new Date(until));
  if (at !== undefined) narrow = narrow.where(wasLive(new Date(at)));
  return narrow;
}

/** Of all that were live then or before, and not taken back by then, the last: an undo brings back what was there before. */
const wasLive = (at: Date) => sql<boolean>`
  releases.live_at <= ${at}::timestamptz
  and (releases.ended_at is null or releases.ended_at > ${at}::timestamptz)
  and not exists (
    select 1 from releases as later where ${inSameLane}
      and later.live_at <= ${at}::timestamptz and (later.ended_at is null or later.ended_at > ${at}::timestamptz)
      and (later.live_at, later.id) > (releases.live_at, releases.id))`;

function stored(row: Row): StoredRelease {
  const iso = (time: Date | null) => time?.toISOString() ?? null;
  const isReplaced = row.next_at !== null && (row.ended_at === null || row.next_at <= row.ended_at);
  return {
    ...{ id: row.id, service: row.service, environment: row.environment, cause: row.cause },
    status: isReplaced ? (row.next_cause === 'rollback' ? 'rolled-back' : 'superseded') : ownStatus(row),
    ...{ release: row.release, commit: row.commit, artifact: row.artifact, configuration: row.configuration },
    ...{ runId: row.run_id, step: row.step, eventId: row.event_id ?? row.run_event_id },
    ...{ actor: row.actor, reason: row.reason },
    ...{ beganAt: row.began_at.toISOString(), liveAt: iso(row.live_at) },
    endedAt: iso(isReplaced ? row.next_at : row.ended_at),
    replacedBy: isReplaced ? row.next_release : null,
    problem: row.problem,
  };
}

function ownStatus({ live_at, ended_at }: Row): StoredRelease['status'] {
  if (ended_at === null) return live_at === null ? 'rolling' : 'live';
  return live_at === null ? 'aborted' : 'undone';
}
