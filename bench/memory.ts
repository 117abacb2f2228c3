import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Leftover, processesOf } from '../scripts/demo/leftovers';
import { platformFolder } from '../scripts/demo/stage';
import { createTraffic } from '../scripts/demo/traffic';
import type { BenchContext } from './bench';
import { bounded, type Figure, figure } from './figures';
import { firstRelease } from './releases';

const requestsPerSecond = 300;
const restMs = 20_000;
const mostMb = 600;

/** Programs of the platform by the end of their path. */
const programs = new Map([
  ['src/gateway/main.js', 'gateway'],
  ['workers/main.js', 'worker'],
  ['src/target/agent/main.js', 'agent'],
  ['src/target/router/main.js', 'router'],
  ['dist/server.js', 'shop version'],
]);

/** What the processes of an idle platform keep in memory after one delivery; Temporal is not counted. Linux only. */
export async function memoryBench(context: BenchContext): Promise<Figure[]> {
  if (process.platform !== 'linux') throw new Error('memory is read from /proc, which only Linux has');
  const { folder, stage, signal, say } = context;
  const broken = new AbortController();
  const traffic = createTraffic(stage.shopUrl, requestsPerSecond, (error) => broken.abort(error));
  await firstRelease({ ...context, signal: AbortSignal.any([signal, broken.signal]) }, traffic).finally(() =>
    traffic.stop(),
  );
  say(`deployed; resting for ${restMs / 1000} s`);
  await sleep(restMs, undefined, { signal });
  const { temporal } = stage.platform.pids();
  const found = (await processesOf(platformFolder(folder))).filter(({ pid }) => pid !== temporal);
  const measured = await Promise.all(found.map(measure));
  const rss = measured.map(({ rssMb }) => rssMb);
  const pss = measured.flatMap(({ pssMb }) => (pssMb === null ? [] : [pssMb]));
  return [
    ...measured.map(({ name, rssMb }) => figure(`${name}, resident`, 'MB', [rssMb])),
    bounded(`all ${measured.length} processes, resident`, 'MB', [sum(rss)], mostMb),
    // Shared pages count once here; not every kernel lets it be read.
    ...(pss.length === measured.length ? [figure('all processes, proportional', 'MB', [sum(pss)])] : []),
  ];
}

/** Resident memory of a process in MB of 10^6 bytes. Linux only. Throws when it has ended. */
export async function residentMb(pid: number): Promise<number> {
  const rssMb = megabytes(await readFile(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
  if (rssMb === null) throw new Error(`process ${pid} ended while it was measured`);
  return rssMb;
}

async function measure({ pid, command }: Leftover) {
  const rssMb = await residentMb(pid);
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return { name: nameOf(command), rssMb, pssMb: megabytes(rollup, 'Pss') };
}

function nameOf(command: string): string {
  const known = [...programs].find(([path]) => command.includes(path));
  const isShell = /^(\/bin\/)?sh /.test(command);
  return known ? `${known[1]}${isShell ? ' (its shell)' : ''}` : command.slice(0, 60);
}

function megabytes(text: string, field: string): number | null {
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  return kib === undefined ? null : (Number(kib) * 1024) / 1e6;
}

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);
