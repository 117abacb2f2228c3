import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { type BenchOptions, parseBenchArguments, usage } from './arguments';
import { type Figure, isMet, tableOf } from './figures';
import { checkedOut, machine } from './machine';
import { measure } from './measure';
import { curvesOf, plot, plotName } from './plot';
import { keepResult } from './results';

const exitCodes = { fine: 0, missed: 1, usage: 2, interrupted: 130 } as const;

async function main(): Promise<number> {
  const options = readArguments();
  if (options === undefined) return exitCodes.usage;
  if (options.help) {
    console.log(usage);
    return exitCodes.fine;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  const found: { backend: string; name: string; figures: Figure[] }[] = [];
  const failures: string[] = [];
  for (const backend of options.backends)
    for (const name of options.names) {
      try {
        found.push({ backend, name, figures: await measureAndKeep(options, { backend, name }, stop.signal) });
      } catch (error) {
        if (stop.signal.aborted) return exitCodes.interrupted;
        // One that fails must not cost the figures of the others.
        failures.push(`${name}, ${backend}: ${error instanceof Error ? error.message : String(error)}`);
        console.error(failures.at(-1));
      }
    }
  const all = found.flatMap(({ figures }) => figures);
  if (options.json) console.log(JSON.stringify(found, null, 2));
  else if (found.length > 0) console.log(tableOf(found));
  for (const failure of failures) console.error(`not measured: ${failure}`);
  return failures.length === 0 && all.every(isMet) ? exitCodes.fine : exitCodes.missed;
}

function readArguments(): BenchOptions | undefined {
  try {
    return parseBenchArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

type Which = Pick<Parameters<typeof measure>[0], 'name' | 'backend'>;

/** Measures, and keeps the figures and plots at once, so that an interruption loses one bench at most. */
async function measureAndKeep(
  { quick, out }: BenchOptions,
  { name, backend }: Which,
  signal: AbortSignal,
): Promise<Figure[]> {
  const folder = resolve(out);
  const [at, begun, before, commit] = [new Date().toISOString(), performance.now(), loadNow(), checkedOut()];
  const figures = await measure({ name, backend, quick, signal });
  const seconds = Math.round((performance.now() - begun) / 1000);
  const about = { at, seconds, load: [before, loadNow()] as [number, number], commit, quick };
  await keepResult(folder, backend, name, { ...about, machine: machine(), figures });
  for (const curve of curvesOf(figures))
    await writeFile(join(folder, plotName(curve.name, backend)), plot(curve));
  return figures;
}

const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = exitCodes.missed;
  });
