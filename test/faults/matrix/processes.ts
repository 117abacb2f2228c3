import { processesOf } from '../../../scripts/demo/leftovers';
import { until } from '../../support/until';
import type { Stage } from './stage';

const known: [RegExp, string][] = [
  [/^postgres: /, ''],
  [/bin\/postgres/, 'ledger'],
  [/dist\/src\/platform\/up\.js/, 'supervisor'],
  [/dist\/workers\/main\.js/, 'worker'],
  [/dist\/src\/gateway\/main\.js/, 'gateway'],
  [/server start-dev/, 'temporal'],
  [/dist\/src\/target\/agent\/main\.js/, 'agent'],
  [/dist\/src\/target\/router\/main\.js/, 'router'],
  [/dist\/server\.js/, 'release'],
];

/** Processes of the folder by what they are; guards beside them, and sessions of the database, do not count. */
export async function processCounts(folder: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { command } of await processesOf(folder)) {
    const [, name = command] = known.find(([pattern]) => pattern.test(command)) ?? [];
    if (name === '' || command.startsWith('sh -c { read ')) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** What is more or less there than when nothing had happened, one line each. */
export async function untilQuiet({ folder, quiet }: Stage): Promise<string[]> {
  let seen: string[] = [];
  await until('the processes are what they were', async () => {
    const counts = await processCounts(folder);
    const names = new Set([...quiet.keys(), ...counts.keys()]);
    seen = [...names]
      .filter((name) => (quiet.get(name) ?? 0) !== (counts.get(name) ?? 0))
      .map((name) => `${String(counts.get(name) ?? 0)} instead of ${String(quiet.get(name) ?? 0)}: ${name}`);
    return seen.length === 0;
  }).catch(() => undefined);
  return seen;
}

/** Resolves when no process is left that has this in its arguments, environment or folder. */
export async function untilGone(text: string, what: string): Promise<void> {
  await until(what, async () => (await processesOf(text)).length === 0);
}
