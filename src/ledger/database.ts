import { Kysely, Migrator, PostgresDialect } from 'kysely';
import type { Logger } from 'pino';
import { Pool, types } from 'pg';
import { SagalineError } from '../domain/errors';
import { migrations } from './migrations';
import type { LedgerTables } from './tables';

/** Milliseconds after which a statement, or the wait for a connection, counts as no answer. */
const statementMs = 10_000;
const connectMs = 3_000;

/** int8 as a number: a ledger holds fewer rows than a double counts exactly. */
types.setTypeParser(types.builtins.INT8, Number);

/** The ledger's database: connects and brings its tables up to date at the first use that succeeds. */
export class LedgerDatabase {
  private readonly kysely: Kysely<LedgerTables>;
  private readonly pool: Pool;
  private migrated: Promise<void> | undefined;

  /** `url` is a PostgreSQL connection string. */
  constructor(url: string, log: Logger, connections = 6) {
    this.pool = new Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: connectMs,
      statement_timeout: statementMs,
      // A process that only waits for an idle connection to end would not end itself.
      allowExitOnIdle: true,
      application_name: 'sagaline',
    });
    // One that breaks between two statements is replaced at the next use; unheard, its error would end the process.
    const broken = (error: Error) => {
      log.warn({ err: error }, 'a connection to the ledger broke');
    };
    this.pool.on('error', broken);
    // The pool listens to idle connections only.
    this.pool.on('connect', (client) => client.on('error', broken));
    this.kysely = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  /** What `act` returns of the migrated database. Throws LedgerUnavailable when there is no answer. */
  async use<T>(act: (db: Kysely<LedgerTables>) => Promise<T>): Promise<T> {
    try {
      await this.upToDate();
      return await act(this.kysely);
    } catch (error) {
      if (error instanceof SagalineError) throw error;
      const detail = `the ledger does not answer: ${error instanceof Error ? error.message : String(error)}`;
      throw new SagalineError('LedgerUnavailable', detail, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.kysely.destroy();
  }

  private async upToDate(): Promise<void> {
    this.migrated ??= this.migrate();
    try {
      await this.migrated;
    } catch (error) {
      this.migrated = undefined;
      throw error;
    }
  }

  private async migrate(): Promise<void> {
    const { error } = await new Migrator({
      db: this.kysely,
      provider: migrations,
      migrationTableName: 'ledger_migrations',
      migrationLockTableName: 'ledger_migrations_lock',
    }).migrateToLatest();
    if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
  }
}
