import { type Kysely, type Migration, sql } from 'kysely';

/** What the hosts of repositories are still to be told. */
export const reports: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('reports')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('repository', 'text', (column) => column.notNull())
      .addColumn('commit', 'text', (column) => column.notNull())
      .addColumn('context', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('link', 'text', (column) => column.notNull())
      .addColumn('since', 'timestamptz', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
      .addColumn('changed_at', 'timestamptz', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('next_at', 'timestamptz')
      .addColumn('sent_at', 'timestamptz')
      .addColumn('last_error', 'text')
      .addPrimaryKeyConstraint('reports_key', ['project', 'repository', 'commit', 'context'])
      .execute();
    await sql`create index reports_due on reports (next_at) where next_at is not null`.execute(db);
  },
};
