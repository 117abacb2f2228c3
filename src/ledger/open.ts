import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Configuration } from '../ports';
import { LedgerDatabase } from './database';
import { Ledger } from './ledger';
import { secretValues } from './secret-values';

/** The ledger as one process uses it. */
export interface OpenLedger {
  database: LedgerDatabase;
  writer: Ledger;
  /** Values that no row may hold, at this moment. */
  secrets: () => Promise<string[]>;
  close: () => Promise<void>;
}

/** Opens the ledger at a PostgreSQL url; whether that answers shows at its use. `state` is the state folder. */
export async function openLedger(
  url: string,
  { state, environment }: { state: string; environment: Readonly<Record<string, string>> },
  configuration: Configuration,
  log: Logger,
): Promise<OpenLedger> {
  const database = new LedgerDatabase(url, log);
  const secrets = async () => secretValues(environment, await configuration.current());
  const writer = await Ledger.open({
    database,
    folder: join(state, 'ledger', 'spool'),
    secrets,
    log,
  });
  return {
    database,
    writer,
    secrets,
    close: async () => {
      await writer.close();
      await database.close();
    },
  };
}
