import { z } from 'zod';
import { type Operation, operation, TextAnswer } from '../admin-server';
import { desiredTrafficSchema, fenceSchema, laneSchema } from '../schemas';
import type { LaneTable } from './lane-table';

const nothing = z.object({});
const ofLane = z.object({ lane: laneSchema });

/** What worker, agent and CLI can ask of the router. */
export function routerOperations(table: LaneTable): Record<string, Operation> {
  return {
    health: operation(nothing, () => ({ pid: process.pid })),
    lanes: operation(nothing, () => table.all().map((server) => server.status())),
    lane: operation(ofLane, ({ lane }) => table.find(lane)?.status()),
    write: operation(
      ofLane.extend({ fence: fenceSchema, traffic: desiredTrafficSchema, port: z.int().optional() }),
      ({ lane, fence, traffic, port }) => table.write(lane, fence, traffic, port),
    ),
    renew: operation(
      ofLane.extend({ fence: fenceSchema, leaseMs: z.number().positive() }),
      ({ lane, fence, leaseMs }) => table.renew(lane, fence, leaseMs),
    ),
    statistics: operation(ofLane, ({ lane }) => table.get(lane).statistics()),
    metrics: operation(
      nothing,
      async () => new TextAnswer(table.metrics.contentType, await table.metrics.text()),
    ),
  };
}
