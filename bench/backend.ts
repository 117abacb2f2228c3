import { join } from 'node:path';
import { pino } from 'pino';
import type { Context } from '../scripts/setup';
import { startTemporalOnPostgresql } from '../scripts/temporal-postgresql/start';
import type { BackendName } from './arguments';

/** What Temporal runs on, and what the platform is told of it. */
interface Backend {
  settings: Record<string, string>;
  stop: () => Promise<void>;
}

/** Starts what the platform does not start itself: nothing for the embedded server, which comes with it. */
export async function startBackend(name: BackendName, folder: string, setup: Context): Promise<Backend> {
  if (name === 'embedded') return { settings: {}, stop: () => Promise.resolve() };
  const server = await startTemporalOnPostgresql(join(folder, 'backend'), setup, pino({ level: 'silent' }));
  return {
    settings: { TEMPORAL_ADDRESS: server.address, DATABASE_URL: server.ledgerUrl },
    stop: server.stop,
  };
}
