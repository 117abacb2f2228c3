import { type Kysely, type Migration, sql } from 'kysely';

/** How far the deliveries of each hook were read, and which of them the ledger does not have. */
export const redelivery: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create index events_by_delivery on events (project, source, delivery_id)`.execute(db);
    await db.schema
      .createTable('hooks')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('next_at', 'timestamptz', (column) => column.notNull())
      .addColumn('read_until', 'timestamptz')
      .addColumn('reading_from', 'timestamptz')
      .addColumn('cursor', 'text')
      .addColumn('newest_at', 'timestamptz')
      .addColumn('newest_status', 'integer')
      .addColumn('last_error', 'text')
      .addPrimaryKeyConstraint('hooks_key', ['project', 'url'])
      .execute();
    await db.schema
      .createTable('missed_deliveries')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('hook', 'text', (column) => column.notNull())
      .addColumn('guid', 'text', (column) => column.notNull())
      .addColumn('attempt', 'text', (column) => column.notNull())
      .addColumn('event', 'text', (column) => column.notNull())
      .addColumn('status_code', 'integer', (column) => column.notNull())
      .addColumn('first_at', 'timestamptz', (column) => column.notNull())
      .addColumn('last_at', 'timestamptz', (column) => column.notNull())
      .addColumn('asks', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('asked_at', 'timestamptz')
      .addColumn('ended_at', 'timestamptz')
      .addColumn('outcome', 'text')
      .addPrimaryKeyConstraint('missed_deliveries_key', ['project', 'hook', 'guid'])
      .execute();
    await sql`create index missed_deliveries_open on missed_deliveries (project, hook, first_at) where ended_at is null`.execute(
      db,
    );
  },
};
