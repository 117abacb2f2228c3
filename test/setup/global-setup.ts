import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { z } from 'zod';
import { startLedgerServer } from '../../src/platform/ledger-server';
import { freePort } from '../../src/target/free-port';
import { type DevServer, startDevServer } from './dev-server';
import { runFolder } from './run-folder';
import { handedOver } from './temporal';

const found = z.object({ temporalCli: z.string(), testServer: z.string(), moto: z.string() });

declare global {
  /** Jest runs set-up and teardown in one process and hands nothing from the one to the other. */
  var sagalineDevServer: DevServer | undefined;
  var sagalineLedger: { stop: () => Promise<void> } | undefined;
  var sagalineRunFolder: string | undefined;
}

/** Builds what is stale, finds the Temporal binaries and Moto, and starts the dev server that the test files share. */
export default async function globalSetup(): Promise<void> {
  const bootstrap = join(__dirname, '../../scripts/bootstrap.mjs');
  const argv = [bootstrap, 'setup', '--json', '--allow-type-errors'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv);
  process.stderr.write(stderr);
  const { temporalCli, testServer, moto } = found.parse(JSON.parse(stdout));
  const folder = await runFolder();
  globalThis.sagalineRunFolder = folder;
  // For everything that a test makes in a temporary folder: a run that is killed leaves it to the next one.
  process.env['TMPDIR'] = join(folder, 'tmp');
  const [server, ledger] = await Promise.all([
    startDevServer(temporalCli, folder),
    startLedgerServer({
      folder: join(folder, 'ledger'),
      port: await freePort(),
      path: process.env['PATH'] ?? '',
      log: pino({ level: 'silent' }),
    }),
  ]);
  globalThis.sagalineDevServer = server;
  globalThis.sagalineLedger = ledger.service;
  process.env[handedOver.ledger] = ledger.url;
  process.env[handedOver.temporalCli] = temporalCli;
  process.env[handedOver.testServer] = testServer;
  process.env[handedOver.moto] = moto;
  process.env[handedOver.devServer] = server.address;
}
