import { z } from 'zod';
import type { Backend, Fence, LaneRef, Release } from '../../domain/release';
import type { Attention, BlobStore, Target } from '../../ports';
import type { TargetHost } from '../../target/client/target-host';
import { backendSchema } from '../../target/schemas';
import { unpackArtifact } from './artifact';

/** What a deploy may take beyond the release's own time until it is ready (ms), so that its own limit speaks first. */
const deployMarginMs = 30_000;

const reservationSchema = z.object({
  app: z.string(),
  unpacked: z.boolean(),
  backend: backendSchema.nullable(),
});
const backendsSchema = z.array(backendSchema);

/** Releases as processes of this machine, under the agent of the state folder. */
export class EmbeddedTarget implements Target {
  constructor(
    private readonly host: TargetHost,
    private readonly blobs: BlobStore,
  ) {}

  async deploy(
    lane: LaneRef,
    fence: Fence,
    release: Release,
    secrets: Record<string, string>,
    { signal }: Attention,
  ): Promise<Backend> {
    const place = reservationSchema.parse(await this.call('reserve', { lane, fence, release }, { signal }));
    if (place.backend) return place.backend;
    if (!place.unpacked) await unpackArtifact(this.blobs, release.artifact, place.app);
    const input = { lane, fence, release, secrets };
    return backendSchema.parse(
      await this.call('deploy', input, { signal, timeoutMs: release.readyTimeoutMs + deployMarginMs }),
    );
  }

  async retire(lane: LaneRef, fence: Fence, keep: string[]): Promise<void> {
    await this.call('retire', { lane, fence, keep });
  }

  async running(lane: LaneRef): Promise<Backend[]> {
    return backendsSchema.parse(await this.call('running', { lane }));
  }

  private async call(
    operation: string,
    input: unknown,
    options?: { signal: AbortSignal; timeoutMs?: number },
  ): Promise<unknown> {
    await this.host.ensure();
    return this.host.client.agent(operation, input, options);
  }
}
