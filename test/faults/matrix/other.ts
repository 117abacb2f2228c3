import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { run } from '../../../src/process';
import { isClosed, type RunSeen } from '../../support/api';
import { until } from '../../support/until';
import type { World } from '../../support/world';
import { beat } from './pipeline';

export const otherName = 'acme/other';
const accepted = z.object({ id: z.string(), runId: z.string() });

/** What was accepted for the other repository. */
export type OtherRun = z.infer<typeof accepted>;

/** Makes the repository of somebody who has nothing to do with the fault. */
export async function makeOther(folder: string): Promise<void> {
  const url = join(folder, 'other');
  await mkdir(join(url, '.sagaline'), { recursive: true });
  await writeFile(join(url, '.sagaline', 'beat.yaml'), stringify(beat));
  const who = ['-c', 'user.name=Bo Example', '-c', 'user.email=bo@other.example'];
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    ['commit', '-qm', 'x'],
  ]) {
    const env = { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home') };
    const result = await run(['git', ...who, ...args], { cwd: url, env });
    if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  }
}

/** Starts a run of the other repository, asking until it is accepted; however often it is asked, it is one run. */
export async function startOther(world: World): Promise<OtherRun> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const body = JSON.stringify({ pipeline: beat.name, repository: otherName, ref: 'refs/heads/main' });
  return until('a run of the other repository is accepted', async () => {
    const answer = await world.call('/runs', { method: 'POST', headers, body }).catch(() => undefined);
    return answer?.status === 202 && accepted.parse(await answer.json());
  });
}

/** Resolves with the run when it is over. */
export const untilOther = (world: World, { runId }: OtherRun): Promise<RunSeen> =>
  until('the run of the other repository is over', async () => {
    const seen = await world.run(runId).catch(() => undefined);
    return seen && isClosed(seen) && seen;
  });
