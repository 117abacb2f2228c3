import { readSettings } from '../config';
import { createLog } from '../log';
import { startPlatform } from './platform';

const help = `Usage: npm start

Starts the platform on the state folder (SAGALINE_STATE): Temporal with its Web UI, worker and gateway.
It stays up until Ctrl-C. Variables are listed in docs/operating.md.
`;

/** npm start: starts the platform, says where everything is, and stays until it is told to stop. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help);
    return;
  }
  // Whoever read the screen may be gone by the time it stops, and stopping must not fail for that.
  process.stdout.on('error', () => undefined);
  const settings = readSettings();
  const log = createLog('platform', settings.logLevel === 'info' ? 'warn' : settings.logLevel);
  process.stdout.write('Starting Temporal, worker and gateway ...\n');
  const asked = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
  const platform = await startPlatform(settings, log);
  process.stdout.write(
    [
      `Gateway   ${platform.gateway}    (send events to /events and /hooks/github)`,
      `Web UI    ${platform.webUi ?? 'of your own Temporal server'}`,
      `Temporal  ${platform.temporal}, namespace ${platform.namespace}`,
      `Token     ${settings.token === undefined ? platform.tokenFile : 'SAGALINE_TOKEN'}`,
      `Config    ${settings.configFile}`,
      'Ctrl-C stops the platform; live releases keep serving (`npm run stop -- --all` stops them too).',
      '',
    ].join('\n'),
  );
  await asked;
  process.stdout.write('Stopping gateway, worker and Temporal ...\n');
  await platform.stop();
}

main().catch((error: unknown) => {
  process.stderr.write(`sagaline: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
