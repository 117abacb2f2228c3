import { z } from 'zod';
import { type Operation, operation } from '../admin-server';
import { fenceSchema, laneSchema, releaseSchema } from '../schemas';
import type { InstanceTable } from './instance-table';

const nothing = z.object({});
const ofLane = z.object({ lane: laneSchema });
const fenced = ofLane.extend({ fence: fenceSchema });
const ofRelease = fenced.extend({ release: releaseSchema });

/** What a worker and the CLI can ask of the agent. */
export function agentOperations(table: InstanceTable, stop: () => Promise<void>): Record<string, Operation> {
  return {
    health: operation(nothing, () => ({ pid: process.pid })),
    reserve: operation(ofRelease, ({ lane, fence, release }) => table.reserve(lane, fence, release)),
    deploy: operation(
      ofRelease.extend({ secrets: z.record(z.string(), z.string()) }),
      ({ lane, fence, release, secrets }) => table.deploy(lane, fence, release, secrets),
    ),
    retire: operation(fenced.extend({ keep: z.array(z.string()) }), ({ lane, fence, keep }) =>
      table.retire(lane, fence, keep),
    ),
    running: operation(ofLane, ({ lane }) => table.running(lane)),
    shutdown: operation(nothing, stop),
  };
}
