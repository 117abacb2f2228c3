import type { Logger } from 'pino';
import { spoolFolder } from '../config';
import type { PlatformConfiguration } from '../domain/configuration';
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
  // Asked several times a second, and found by a search through the whole configuration.
  let known: { of: PlatformConfiguration; values: string[] } | undefined;
  const secrets = async () => {
    const current = await configuration.current();
    if (known?.of !== current) known = { of: current, values: secretValues(environment, current) };
    return known.values;
  };
  const writer = await Ledger.open({
    database,
    folder: spoolFolder(state),
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
