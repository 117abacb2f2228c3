import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSeen } from '../scripts/demo/control';
import type { Display } from '../scripts/demo/display';
import { followRun } from '../scripts/demo/follow';
import type { Traffic } from '../scripts/demo/traffic';
import type { RunStatus } from '../src/domain/run';
import type { BenchContext } from './bench';

const runTimeoutMs = 60_000;
const ignore = (): void => undefined;
const silent: Display = { act: ignore, line: ignore, pulse: ignore, text: ignore, close: ignore };

interface Push {
  files: string;
  version: string;
  ends: RunStatus;
}

/** Makes version 1.0.0 of the shop live; `traffic` begins when it first answers, because without users nothing is judged. */
export async function firstRelease(context: BenchContext, traffic: Traffic): Promise<void> {
  const push: Push = { files: join(context.examples, 'shop'), version: '1.0.0', ends: 'succeeded' };
  await pushVersion(context, push, () => traffic.beginWhenOpen());
}

/** Pushes the files as a version of the shop and waits for the end of its run. Throws when that is not `ends`. */
export async function pushVersion(
  { folder, stage, control, signal }: BenchContext,
  { files, version, ends }: Push,
  onLook: () => Promise<void> | void = ignore,
): Promise<RunSeen> {
  const copy = join(folder, `version-${version}`);
  await mkdir(copy, { recursive: true });
  await cp(files, copy, { recursive: true });
  const manifest = join(copy, 'package.json');
  const described = JSON.parse(await readFile(manifest, 'utf8')) as object;
  await writeFile(manifest, JSON.stringify({ ...described, version }, null, 2));
  const { commit } = await stage.repository.push(copy, `Version ${version}`);
  const run = await followRun({
    ...{ control, commit, display: silent, signal, timeoutMs: runTimeoutMs },
    onLook,
  });
  if (run.status !== ends)
    throw new Error(
      `version ${version} ended ${run.status}, not ${ends}: ${run.reason ?? 'no reason given'}`,
    );
  return run;
}
