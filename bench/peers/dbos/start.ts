import { join } from 'node:path';
import { installWithNpm } from '../../../scripts/setup/npm';
import { startLedgerServer } from '../../../src/platform/ledger-server';
import { freePort } from '../../../src/target/free-port';
import type { Contender } from '../contender';
import { startOrderedChild } from '../ordered-child';
import { type PeerContext, source } from '../peer-context';
import { works } from '../trivial';

/** DBOS on a PostgreSQL of its own, the one that the platform also brings for its ledger. */
export async function startDbos({ folder, setup, log }: PeerContext): Promise<Contender> {
  const packages = await installWithNpm(setup, { title: 'DBOS', name: 'dbos', from: source('dbos') });
  const path = setup.environment['PATH'] ?? '';
  const database = await startLedgerServer({
    folder: join(folder, 'dbos'),
    port: await freePort(),
    path,
    log,
  });
  try {
    const child = await startOrderedChild('dbos/main.js', [packages, database.url]);
    return {
      name: 'DBOS on PostgreSQL',
      works,
      manyAtOnce: true,
      measure: child.measure,
      async stop() {
        child.stop();
        await database.service.stop();
      },
    };
  } catch (error) {
    await database.service.stop();
    throw error;
  }
}
