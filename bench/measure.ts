import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControl } from '../scripts/demo/control';
import { type Display, plainDisplay } from '../scripts/demo/display';
import { lastLines } from '../scripts/demo/logs';
import { setStage } from '../scripts/demo/stage';
import { createContext } from '../scripts/setup';
import type { BackendName, BenchName } from './arguments';
import { startBackend } from './backend';
import type { Bench, BenchContext } from './bench';
import type { Figure } from './figures';
import { gatewayBench } from './gateway';
import { growthBench } from './growth';
import { memoryBench } from './memory';
import { overheadBench } from './overhead';
import { peersBench } from './peers';
import { pipelinesBench } from './pipelines';
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
  peers: peersBench,
  pipelines: pipelinesBench,
  growth: growthBench,
};

/** Pools that the platform's worker serves: a process of the bench stands in for all others. */
const pools: Partial<Record<BenchName, string>> = { waiting: 'default' };

/** A quick run does a tenth. */
const quickShare = 0.1;

/** What is to be measured, and how thoroughly. */
interface Wanted {
  name: BenchName;
  backend: BackendName;
  quick: boolean;
  signal: AbortSignal;
}

/** Runs one bench on a new platform, and leaves nothing of it behind. */
export async function measure({ name, backend, quick, signal }: Wanted): Promise<Figure[]> {
  const display = plainDisplay(process.stderr);
  display.act(`bench ${name}, ${backend}`);
  warnOfLoad(display);
  const say = (text: string) => display.text(`  ${text}`);
  const scaled = (usual: number) => (quick ? Math.max(1, Math.ceil(usual * quickShare)) : usual);
  const setup = createContext(process.env, say, signal);
  const folder = await realpath(await mkdtemp(join(tmpdir(), `sagaline-bench-${name}-`)));
  try {
    const { settings, stop } = await startBackend(backend, folder, setup);
    try {
      return await onStage(name, { display, settings }, { folder, backend, signal, say, scaled, setup });
    } finally {
      await stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function onStage(
  name: BenchName,
  { display, settings }: { display: Display; settings: Record<string, string> },
  given: Pick<BenchContext, 'folder' | 'backend' | 'signal' | 'say' | 'scaled' | 'setup'>,
): Promise<Figure[]> {
  const { folder, signal } = given;
  const options = { examples, environment: process.env, display, pools: pools[name], settings };
  const stage = await setStage(folder, options);
  try {
    signal.throwIfAborted();
    const control = createControl(stage.platform.gateway, stage.platform.token, signal);
    return await benches[name]({ ...given, examples, stage, control });
  } catch (error) {
    if (!signal.aborted) display.text(await lastLines(folder));
    throw error;
  } finally {
    await stage.platform.stop();
  }
}

/** Each request that passes one more process waits once more for a core, so that a busy machine changes even ratios. */
function warnOfLoad(display: Display): void {
  const [lastMinute = 0] = loadavg();
  const cores = availableParallelism();
  if (lastMinute > cores)
    display.text(`  other work runs on this machine (load ${lastMinute.toFixed(1)}, ${cores} cores)`);
}
