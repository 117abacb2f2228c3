import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Backend } from '../../domain/release';
import { readJson, writeDurably } from '../durable-file';
import { type Endpoint, endpointSchema } from '../process-identity';
import { instanceSchema, laneSchema, releaseSchema } from '../schemas';
import { adopted, terminate } from './launch';

export const instanceRecordSchema = z.object({
  lane: laneSchema,
  instance: instanceSchema,
  release: releaseSchema,
  phase: z.enum(['starting', 'ready', 'retiring']),
  /** By replica; null before its process was started for the first time. */
  replicas: z.array(endpointSchema.nullable()),
});
export type InstanceRecord = z.infer<typeof instanceRecordSchema>;

const secretsSchema = z.record(z.string(), z.string());

/** Paths inside the folder of an instance. */
export const instancePaths = (folder: string) => ({
  app: join(folder, 'app'),
  record: join(folder, 'instance.json'),
  secrets: join(folder, 'secrets.json'),
  log: (replica: number) => join(folder, `replica-${String(replica)}.log`),
});

/** What was started, also by earlier agents: folder and record of each instance on disk. */
export async function readInstances(root: string): Promise<{ folder: string; record: InstanceRecord }[]> {
  const lanes = await readdir(root, { withFileTypes: true }).catch(() => []);
  const found: { folder: string; record: InstanceRecord }[] = [];
  for (const lane of lanes.filter((entry) => entry.isDirectory())) {
    for (const entry of await readdir(join(root, lane.name), { withFileTypes: true })) {
      const folder = join(root, lane.name, entry.name);
      const record = entry.isDirectory()
        ? await readJson(instancePaths(folder).record, instanceRecordSchema)
        : undefined;
      if (record) found.push({ folder, record });
    }
  }
  return found;
}

/** Values of secrets, kept in a file of mode 0600 because a release must start again when no worker lives. */
export async function readSecrets(folder: string): Promise<Record<string, string>> {
  return (await readJson(instancePaths(folder).secrets, secretsSchema)) ?? {};
}

export function writeSecrets(folder: string, secrets: Record<string, string>): Promise<void> {
  return writeDurably(instancePaths(folder).secrets, secrets);
}

/** Replicas that were started at least once. */
export function startedReplicas({ replicas }: InstanceRecord): Endpoint[] {
  return replicas.filter((replica) => replica !== null);
}

/** Ends every process of the record that still lives, whoever started it. */
export async function killReplicas(record: InstanceRecord): Promise<void> {
  await Promise.all(startedReplicas(record).map((replica) => terminate(adopted(replica))));
}

export function backendOf({ instance, release, replicas }: InstanceRecord): Backend {
  return { instance, release, ports: replicas.flatMap((replica) => replica?.port ?? []) };
}
