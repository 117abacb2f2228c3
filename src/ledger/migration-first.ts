import { type Kysely, type Migration, sql } from 'kysely';

/** Every table at its first version. */
export const first: Migration = {
  async up(db: Kysely<unknown>) {
    await eventTables(db);
    await runTables(db);
    await auditTables(db);
  },
};

/** Events, and what was decided about them. */
async function eventTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('inbox', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('repository', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('time', 'timestamptz', (column) => column.notNull())
    .addColumn('received_at', 'timestamptz', (column) => column.notNull())
    .addColumn('depth', 'integer', (column) => column.notNull())
    .addColumn('body_hash', 'text', (column) => column.notNull())
    .addColumn('data', 'jsonb', (column) => column.notNull())
    .addColumn('replay_of', 'text')
    .addColumn('search', sql`tsvector`, (column) =>
      column
        .generatedAlwaysAs(
          sql`setweight(to_tsvector('simple', subject || ' ' || source || ' ' || kind), 'A') || jsonb_to_tsvector('simple', data, '["string"]')`,
        )
        .stored(),
    )
    .execute();
  await sql`create index events_recent on events (project, received_at desc, id desc)`.execute(db);
  await sql`create index events_by_subject on events (project, subject, received_at desc)`.execute(db);
  await sql`create index events_by_repository on events (project, repository, received_at desc)`.execute(db);
  await sql`create index events_search on events using gin (search)`.execute(db);
  await sql`create index events_dead on events (project, received_at desc, id desc) where status = 'dead-letter'`.execute(
    db,
  );

  await db.schema
    .createTable('decisions')
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('pipeline', 'text')
    .addColumn('matched', 'boolean', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('run_id', 'text')
    .addPrimaryKeyConstraint('decisions_key', ['event_id', 'at'])
    .execute();
  await sql`create index decisions_by_run on decisions (run_id) where run_id is not null`.execute(db);
}

/** Runs, their steps and undos. */
async function runTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('execution_id', 'text', (column) => column.notNull())
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('pipeline', 'text', (column) => column.notNull())
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('service', 'text')
    .addColumn('environment', 'text')
    .addColumn('commit', 'text', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('started_at', 'timestamptz', (column) => column.notNull())
    .addColumn('closed_at', 'timestamptz')
    .execute();
  await sql`create index runs_recent on runs (project, started_at desc, id desc)`.execute(db);
  await sql`create index runs_open on runs (project) where closed_at is null`.execute(db);

  await db.schema
    .createTable('steps')
    .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('uses', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz')
    .addColumn('finished_at', 'timestamptz')
    .addColumn('detail', 'text')
    .addPrimaryKeyConstraint('steps_key', ['run_id', 'at'])
    .execute();
  await db.schema
    .createTable('compensations')
    .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz')
    .addColumn('finished_at', 'timestamptz')
    .addColumn('detail', 'text')
    .addPrimaryKeyConstraint('compensations_key', ['run_id', 'at'])
    .execute();
}

/** Actions of operators, and where readers of histories have arrived. */
async function auditTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('id', 'uuid', (column) => column.notNull().unique())
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('status', 'integer')
    .addColumn('previous', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  // The chain shows a change afterwards; this keeps one from happening by mistake.
  await sql`create function audit_is_append_only() returns trigger language plpgsql as $$
    begin raise exception 'the audit is append-only'; end $$`.execute(db);
  await sql`create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function audit_is_append_only()`.execute(db);

  await db.schema
    .createTable('marks')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
