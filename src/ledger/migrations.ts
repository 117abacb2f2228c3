import type { MigrationProvider } from 'kysely';
import { first } from './migration-first';
import { redelivery } from './migration-redelivery';
import { releases } from './migration-releases';
import { reports } from './migration-reports';
import { tokens } from './migration-tokens';

/** The versions of the ledger's tables, in order; a released one is never changed. */
export const migrations: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      '0001-first': first,
      '0002-reports': reports,
      '0003-releases': releases,
      '0004-redelivery': redelivery,
      '0005-tokens': tokens,
    }),
};
