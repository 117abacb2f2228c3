import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { LedgerDatabase } from '../../src/ledger/database';
import { ledgerServerUrl } from '../setup/temporal';

export const silent = pino({ level: 'silent' });

/** A new database on the server that all test files share. */
export async function freshDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  await administer(`create database ${name}`);
  const url = new URL(ledgerServerUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`drop database ${name} with (force)`) };
}

/** A migrated ledger of its own; `close` removes it. */
export async function freshLedger(): Promise<{
  database: LedgerDatabase;
  url: string;
  close: () => Promise<void>;
}> {
  const { url, drop } = await freshDatabase();
  const database = new LedgerDatabase(url, silent);
  return {
    database,
    url,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: ledgerServerUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
