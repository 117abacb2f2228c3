import { z } from 'zod';
import type { DesiredTraffic, Fence, LaneRef, Traffic } from '../../domain/release';
import type { Router } from '../../ports';
import type { TargetHost } from '../../target/client/target-host';
import { type LaneStatus, laneStatusSchema, trafficSchema } from '../../target/schemas';

const lapsedSchema = z.object({ lapsed: z.boolean() });

/** The router process of the state folder. */
export class EmbeddedRouter implements Router {
  constructor(
    private readonly host: TargetHost,
    /** Ports that lanes listen on, by service; a free one for any other. */
    private readonly ports: Readonly<Record<string, number>> = {},
  ) {}

  async read(lane: LaneRef): Promise<Traffic | undefined> {
    return laneStatusSchema.nullable().parse(await this.call('lane', { lane }))?.traffic;
  }

  async write(lane: LaneRef, fence: Fence, traffic: DesiredTraffic): Promise<Traffic> {
    const port = this.ports[lane.service];
    return trafficSchema.parse(await this.call('write', { lane, fence, traffic, port }));
  }

  async renew(lane: LaneRef, fence: Fence, leaseMs: number): Promise<{ lapsed: boolean }> {
    return lapsedSchema.parse(await this.call('renew', { lane, fence, leaseMs }));
  }

  /** Every lane of the state folder, with its open requests by instance. */
  async lanes(): Promise<LaneStatus[]> {
    return z.array(laneStatusSchema).parse(await this.call('lanes', {}));
  }

  private async call(operation: string, input: unknown): Promise<unknown> {
    await this.host.ensure();
    return this.host.client.router(operation, input);
  }
}
