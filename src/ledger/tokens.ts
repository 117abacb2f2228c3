import { type Kysely, type Selectable, sql } from 'kysely';
import type { ApiToken } from '../domain/api-token';
import { SagalineError } from '../domain/errors';
import type { LedgerTables, TokensTable } from './tables';

/** Keeps a new token. Throws WrongState while one of that name counts in one of its projects: the audit tells tokens apart by name. */
export async function insertToken(db: Kysely<LedgerTables>, token: ApiToken): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`lock table tokens in share row exclusive mode`.execute(transaction);
    const counting = await transaction
      .selectFrom('tokens')
      .select(['id', 'projects'])
      .where('name', '=', token.name)
      .where('revoked_at', 'is', null)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', new Date())]))
      .execute();
    const twin = counting.find(({ projects }) => projects.some((name) => token.projects.includes(name)));
    if (twin) throw new SagalineError('WrongState', `token ${twin.id} has the name ${token.name} already`);
    await transaction.insertInto('tokens').values(rowOf(token)).execute();
  });
}

/** Every token that counts or ever counted in the project, newest first. */
export async function listTokens(db: Kysely<LedgerTables>, project: string): Promise<ApiToken[]> {
  const rows = await db
    .selectFrom('tokens')
    .selectAll()
    .where(sql<boolean>`projects @> ${JSON.stringify([project])}::jsonb`)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(tokenOf);
}

/** Ends a token for good, and gives it back; one that was revoked before stays as it is. Throws NotFound. */
export async function revokeToken(
  db: Kysely<LedgerTables>,
  project: string,
  id: string,
  by: { at: string; actor: string },
): Promise<ApiToken> {
  await db
    .updateTable('tokens')
    .set({ revoked_at: by.at, revoked_by: by.actor })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`projects @> ${JSON.stringify([project])}::jsonb`)
    .execute();
  const token = (await listTokens(db, project)).find((one) => one.id === id);
  if (!token) throw new SagalineError('NotFound', `there is no token ${id} in project ${project}`);
  return token;
}

const rowOf = (token: ApiToken) => ({
  ...{ id: token.id, name: token.name, role: token.role, hash: token.hash },
  projects: JSON.stringify(token.projects),
  environments: token.environments && JSON.stringify(token.environments),
  ...{ created_at: token.createdAt, created_by: token.createdBy, expires_at: token.expiresAt },
  ...{ revoked_at: token.revokedAt, revoked_by: token.revokedBy },
});

const tokenOf = (row: Selectable<TokensTable>): ApiToken => ({
  ...{ id: row.id, name: row.name, role: row.role, hash: row.hash },
  ...{ projects: row.projects, environments: row.environments },
  ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
  expiresAt: row.expires_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
  revokedBy: row.revoked_by,
});
