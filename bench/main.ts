import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControl } from '../scripts/demo/control';
import { type Display, plainDisplay } from '../scripts/demo/display';
import { lastLines } from '../scripts/demo/logs';
import { setStage } from '../scripts/demo/stage';
import { type BenchName, type BenchOptions, parseBenchArguments, usage } from './arguments';
import type { Bench } from './bench';
import { type Figure, isMet, tableOf } from './figures';
import { gatewayBench } from './gateway';
import { memoryBench } from './memory';
import { overheadBench } from './overhead';
import { rollbackBench } from './rollback';
import { stepsBench } from './steps';
import { sustainedBench } from './sustained';
import { waitingBench } from './waiting';

/** From dist/bench to the repository's root. */
const examples = join(__dirname, '../../examples');

const benches: Record<BenchName, Bench> = {
  gateway: gatewayBench,
  sustained: sustainedBench,
  rollback: rollbackBench,
  memory: memoryBench,
  overhead: overheadBench,
  steps: stepsBench,
  waiting: waitingBench,
};

/** Pools that the platform's worker serves: a process of the bench stands in for all others. */
const pools: Partial<Record<BenchName, string>> = { waiting: 'default' };

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
  const figures: Record<string, Figure[]> = {};
  try {
    for (const name of options.names) figures[name] = await measure(name, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  }
  const all = Object.values(figures).flat();
  console.log(options.json ? JSON.stringify(figures, null, 2) : tableOf(all));
  return all.every(isMet) ? exitCodes.fine : exitCodes.missed;
}

function readArguments(): BenchOptions | undefined {
  try {
    return parseBenchArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

/** Each request that passes one more process waits once more for a core, so that a busy machine changes even ratios. */
function warnOfLoad(display: Display): void {
  const [lastMinute = 0] = loadavg();
  const cores = availableParallelism();
  if (lastMinute > cores)
    display.text(`  other work runs on this machine (load ${lastMinute.toFixed(1)}, ${cores} cores)`);
}

/** Runs one bench on a new platform, and leaves nothing of it behind. */
async function measure(name: BenchName, signal: AbortSignal): Promise<Figure[]> {
  const display = plainDisplay(process.stderr);
  display.act(`bench ${name}`);
  warnOfLoad(display);
  const folder = await realpath(await mkdtemp(join(tmpdir(), `sagaline-bench-${name}-`)));
  try {
    const stage = await setStage(folder, { examples, environment: process.env, display, pools: pools[name] });
    try {
      signal.throwIfAborted();
      const control = createControl(stage.platform.gateway, stage.platform.token, signal);
      const say = (text: string) => display.text(`  ${text}`);
      return await benches[name]({ folder, examples, stage, control, signal, say });
    } catch (error) {
      if (!signal.aborted) display.text(await lastLines(folder));
      throw error;
    } finally {
      await stage.platform.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = exitCodes.missed;
  });
