import { stopTarget } from '../adapters/targets';
import { readSettings } from '../config';
import { gone } from '../target/process-identity';
import { runningPlatform } from './record';

const help = `Usage: npm run stop [-- --all]

Stops the platform of the state folder (SAGALINE_STATE). Live releases keep serving.
  --all   also stops every release and the router
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help);
    return;
  }
  const { state } = readSettings();
  const running = await runningPlatform(state);
  if (running) {
    process.kill(running.pid, 'SIGTERM');
    await gone(running);
  }
  process.stdout.write(
    running ? `Stopped the platform (pid ${running.pid}).\n` : `No platform runs on ${state}.\n`,
  );
  if (process.argv.includes('--all')) {
    await stopTarget(state);
    process.stdout.write('Stopped every release and the router.\n');
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`sagaline: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
