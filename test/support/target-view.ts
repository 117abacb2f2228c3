import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaneRef } from '../../src/domain/release';
import { type InstanceRecord, readInstances } from '../../src/target/agent/instance-record';
import { TargetClient } from '../../src/target/client/target-client';
import { type LaneStatus, laneStatusSchema } from '../../src/target/schemas';

const lane: LaneRef = { project: 'default', service: 'shop', environment: 'production' };

/** What the embedded target itself knows, whatever else is dead. */
export interface TargetView {
  /** Traffic of the lane as its router says it. */
  traffic: () => Promise<LaneStatus['traffic']>;
  /** Instances that the target keeps, by their records on disk. */
  instances: () => Promise<InstanceRecord[]>;
  /** How often processes of the instance were started. */
  starts: (instance: string) => Promise<number>;
}

export function viewTarget(state: string): TargetView {
  const target = new TargetClient(state);
  return {
    async traffic() {
      return laneStatusSchema.parse(await target.router('lane', { lane })).traffic;
    },
    async instances() {
      return (await readInstances(target.layout.instances)).map(({ record }) => record);
    },
    async starts(instance) {
      const found = (await readInstances(target.layout.instances)).find(
        ({ record }) => record.instance === instance,
      );
      if (!found) throw new Error(`there is no instance ${instance}`);
      const log = await readFile(join(found.folder, 'replica-0.log'), 'utf8');
      return log.match(/^started /gm)?.length ?? 0;
    },
  };
}
