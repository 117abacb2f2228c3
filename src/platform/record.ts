import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SagalineError } from '../domain/errors';
import { readJson, writeDurably } from '../target/durable-file';
import { identify, isAlive, processIdentitySchema } from '../target/process-identity';

const recordSchema = processIdentitySchema.extend({
  gateway: z.string().optional(),
  webUi: z.string().optional(),
  temporal: z.string().optional(),
  /** Pids of the services by name, as they were at the start. */
  pids: z.record(z.string(), z.int()).optional(),
});
export type PlatformRecord = z.infer<typeof recordSchema>;

const fileOf = (state: string) => join(state, 'platform.json');

/** The platform that runs on the state folder now; undefined when none does. */
export async function runningPlatform(state: string): Promise<PlatformRecord | undefined> {
  const record = await readJson(fileOf(state), recordSchema);
  return record && (await isAlive(record)) ? record : undefined;
}

/** Makes this process the folder's platform; throws WrongState naming the one that lives. */
export async function claimState(state: string): Promise<void> {
  const running = await runningPlatform(state);
  if (running) {
    const detail = `a platform (pid ${running.pid}) already runs on ${state}; stop it with \`npm run stop\``;
    throw new SagalineError('WrongState', detail);
  }
  await mkdir(state, { recursive: true, mode: 0o700 });
  await recordPlatform(state, {});
}

/** Writes down where the platform is, for other commands. */
export async function recordPlatform(
  state: string,
  place: Omit<PlatformRecord, 'pid' | 'startTime'>,
): Promise<void> {
  const identity = await identify(process.pid);
  await writeDurably(fileOf(state), { ...identity, ...place });
}

export async function releaseState(state: string): Promise<void> {
  await rm(fileOf(state), { force: true });
}
