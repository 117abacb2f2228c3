import { killReplicas, readInstances } from '../agent/instance-record';
import { adopted, terminate } from '../agent/launch';
import { readJson } from '../durable-file';
import type { TargetLayout } from '../layout';
import { endpointSchema } from '../process-identity';

/** Ends what the records name and still lives: what an agent that died before has left. */
export async function stopRecorded(layout: TargetLayout): Promise<void> {
  const router = await readJson(layout.router, endpointSchema);
  if (router) await terminate(adopted(router));
  const instances = await readInstances(layout.instances);
  await Promise.all(instances.map(({ record }) => killReplicas(record)));
}
