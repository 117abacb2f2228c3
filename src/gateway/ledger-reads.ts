import type { Kysely } from 'kysely';
import { SagalineError } from '../domain/errors';
import type { LedgerDatabase } from '../ledger/database';
import type { LedgerTables } from '../ledger/tables';
import type { Configuration } from '../ports';

/** What the gateway reads of the ledger. */
export class LedgerReads {
  constructor(
    private readonly database: LedgerDatabase | undefined,
    private readonly configuration: Configuration,
  ) {}

  /** What `act` returns for the project of this gateway. Throws LedgerUnavailable where the ledger is down, or is none. */
  async read<T>(act: (db: Kysely<LedgerTables>, project: string) => Promise<T>): Promise<T> {
    if (!this.database) throw noLedger();
    const { project } = await this.configuration.current();
    return this.database.use((db) => act(db, project));
  }
}

/** What a gateway answers that was started alone, without DATABASE_URL. */
export const noLedger = (): SagalineError =>
  new SagalineError('LedgerUnavailable', 'this gateway has no ledger: name a PostgreSQL in DATABASE_URL');
