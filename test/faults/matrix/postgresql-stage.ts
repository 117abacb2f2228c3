import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createContext } from '../../../scripts/setup';
import { startTemporalOnPostgresql } from '../../../scripts/temporal-postgresql/start';
import { type Stage, startStage } from './stage';

/** A stage whose platform uses a Temporal server on PostgreSQL, and the same PostgreSQL for its ledger. */
export async function startPostgresqlStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-postgresql-'));
  const { address, ledgerUrl, services, stop } = await startTemporalOnPostgresql(
    folder,
    createContext(),
    pino({ level: 'silent' }),
  );
  const stopServers = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const stage = await startStage('Temporal server and PostgreSQL', {
      TEMPORAL_ADDRESS: address,
      DATABASE_URL: ledgerUrl,
    });
    const servers = new Map([
      ['temporal', services.temporal],
      ['ledger', services.postgresql],
    ]);
    return {
      ...stage,
      kept: [...stage.kept, folder],
      kill(service) {
        const pid = servers.get(service)?.pid();
        if (pid === undefined) return stage.kill(service);
        process.kill(pid, 'SIGKILL');
        return Promise.resolve();
      },
      async stop() {
        const left = await stage.stop();
        await stopServers();
        return left;
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}
