import { type Kysely, sql } from 'kysely';
import { brokenLink, type ChainedEntry } from './audit-chain';
import type { LedgerTables } from './tables';

/** What the audit may be narrowed to. */
export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  target?: string | undefined;
  /** At or after, and before, ISO 8601. */
  since?: string | undefined;
  until?: string | undefined;
}

/** What a check of the whole chain found. */
export interface AuditCheck {
  entries: number;
  /** Null when every entry is the one that was written, and in its place. */
  broken: string | null;
  /** The last entry: written down elsewhere, it shows later whether entries were cut off at the end. */
  head: { seq: number; hash: string };
}

/** Entries that fit, newest first, older than `before` where it is given. */
export async function listAudit(
  db: Kysely<LedgerTables>,
  project: string,
  filter: AuditFilter,
  limit: number,
  before?: number,
): Promise<ChainedEntry[]> {
  const { actor, action, target, since, until } = filter;
  let query = db.selectFrom('audit').selectAll().where('project', '=', project);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (action !== undefined) query = query.where('action', '=', action);
  if (target !== undefined) query = query.where('target', '=', target);
  if (since !== undefined) query = query.where('at', '>=', new Date(since));
  if (until !== undefined) query = query.where('at', '<', new Date(until));
  if (before !== undefined) query = query.where('seq', '<', before);
  const rows = await query.orderBy('seq', 'desc').limit(limit).execute();
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

const pageSize = 1_000;

/** Checks the chain from its first entry to its last, of all projects; `expected` is a head that was written down before. */
export async function verifyAudit(
  db: Kysely<LedgerTables>,
  expected?: { seq: number; hash: string },
): Promise<AuditCheck> {
  // One snapshot, so that what is appended meanwhile does not look like a gap.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (snapshot) => {
      await sql`set transaction read only`.execute(snapshot);
      let head = { seq: 0, hash: '' };
      for (;;) {
        const rows = await snapshot
          .selectFrom('audit')
          .selectAll()
          .where('seq', '>', head.seq)
          .orderBy('seq')
          .limit(pageSize)
          .execute();
        if (rows.length === 0) break;
        for (const { at, ...row } of rows) {
          const entry = { ...row, at: at.toISOString() };
          const broken = brokenLink(head, entry) ?? differs(expected, entry);
          if (broken !== null) return { entries: head.seq, broken, head };
          head = { seq: entry.seq, hash: entry.hash };
        }
      }
      const isCut = expected !== undefined && expected.seq > head.seq;
      const broken = isCut ? `entries ${String(head.seq + 1)} to ${String(expected.seq)} are missing` : null;
      return { entries: head.seq, broken, head };
    });
}

function differs(
  expected: { seq: number; hash: string } | undefined,
  { seq, hash }: ChainedEntry,
): string | null {
  if (expected?.seq !== seq || expected.hash === hash) return null;
  return `entry ${String(seq)} is not the one that was written down`;
}
