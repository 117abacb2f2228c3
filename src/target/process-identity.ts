import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { processStartedAt } from '../process';

/** A pid with its start time: a pid alone may by now belong to another process. */
export const processIdentitySchema = z.object({ pid: z.int().positive(), startTime: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** What agent.json and router.json hold: which process, and the loopback port of its admin interface. */
export const endpointSchema = processIdentitySchema.extend({ port: z.int().positive() });
export type Endpoint = z.infer<typeof endpointSchema>;

const pollMs = 100;

/** Identity of a living process; undefined when there is none of that pid. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startTime = await processStartedAt(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await processStartedAt(identity.pid)) === identity.startTime;
}

/** Resolves when the process is gone; it need not be a child of this one. */
export async function gone(identity: ProcessIdentity): Promise<void> {
  while (await isAlive(identity)) await sleep(pollMs);
}
