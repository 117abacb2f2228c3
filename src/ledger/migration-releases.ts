import { type Kysely, type Migration, sql } from 'kysely';

/** What was released where, and when. */
export const releases: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('releases')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('environment', 'text', (column) => column.notNull())
      .addColumn('cause', 'text', (column) => column.notNull())
      .addColumn('release', 'text', (column) => column.notNull())
      .addColumn('commit', 'text', (column) => column.notNull())
      .addColumn('artifact', 'text', (column) => column.notNull())
      .addColumn('configuration', 'text', (column) => column.notNull())
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('step', 'text')
      .addColumn('event_id', 'text')
      .addColumn('actor', 'text')
      .addColumn('reason', 'text')
      .addColumn('began_at', 'timestamptz', (column) => column.notNull())
      .addColumn('live_at', 'timestamptz')
      .addColumn('ended_at', 'timestamptz')
      .addColumn('problem', 'text')
      .execute();
    await sql`create index releases_recent on releases (project, began_at desc, id desc)`.execute(db);
    await sql`create index releases_by_lane on releases (project, service, environment, live_at)`.execute(db);
  },
};
