import { rm, stat } from 'node:fs/promises';
import { SagalineError } from '../../domain/errors';
import type { Backend, Fence, LaneRef, Release } from '../../domain/release';
import { instanceFolder, laneKey, type TargetLayout } from '../layout';
import { FenceMemory } from './fence-memory';
import { Instance, type InstanceContext } from './instance';
import { instancePaths, killReplicas, readInstances } from './instance-record';

/** What a worker that deploys is told: where the artifact belongs, and the instance when it is ready already. */
export interface Reservation {
  app: string;
  unpacked: boolean;
  backend: Backend | null;
}

/** Resolves when no request is open at the instance any more, or after a limit. */
export type Drained = (lane: LaneRef, instance: string) => Promise<void>;

/** Every instance of the agent, by lane and name. */
export class InstanceTable {
  private readonly instances = new Map<string, Instance>();
  private readonly fences: FenceMemory;
  private closing = false;

  constructor(
    private readonly layout: TargetLayout,
    private readonly context: InstanceContext,
    private readonly drained: Drained,
  ) {
    this.fences = new FenceMemory(layout.instances);
  }

  /** Takes over what earlier agents started; what never became ready is removed, its deploy starts it anew. */
  async adopt(): Promise<void> {
    for (const { folder, record } of await readInstances(this.layout.instances)) {
      if (record.phase === 'starting') {
        await killReplicas(record);
        await rm(folder, { recursive: true, force: true });
        continue;
      }
      const instance = await Instance.adopt(folder, record, this.context);
      this.instances.set(this.key(record.lane, record.instance), instance);
      if (record.phase === 'retiring') this.retireOne(instance);
    }
  }

  /** Claims the place of an instance; waits for an earlier one of its name that is being retired. */
  async reserve(lane: LaneRef, fence: Fence, release: Release): Promise<Reservation> {
    await this.accept(lane, fence);
    const name = nameOf(release, fence);
    const known = this.instances.get(this.key(lane, name));
    await known?.retired;
    const { app } = instancePaths(instanceFolder(this.layout, lane, name));
    const ready = known !== undefined && known.retired === undefined && known.phase === 'ready';
    return { app, unpacked: await isFolder(app), backend: ready ? known.backend : null };
  }

  /** Starts the release, or finds it started, and resolves when it is ready. */
  async deploy(
    lane: LaneRef,
    fence: Fence,
    release: Release,
    secrets: Record<string, string>,
  ): Promise<Backend> {
    await this.accept(lane, fence);
    const name = nameOf(release, fence);
    const key = this.key(lane, name);
    const folder = instanceFolder(this.layout, lane, name);
    await this.instances.get(key)?.retired;
    const instance =
      this.instances.get(key) ?? Instance.create(folder, lane, name, release, secrets, this.context);
    this.instances.set(key, instance);
    try {
      return await instance.start();
    } catch (error) {
      this.forget(instance);
      throw error;
    }
  }

  /** Begins to end every instance of the lane that is not in `keep`. */
  async retire(lane: LaneRef, fence: Fence, keep: string[]): Promise<void> {
    await this.accept(lane, fence);
    for (const instance of this.ofLane(lane)) if (!keep.includes(instance.id)) this.retireOne(instance);
  }

  /** Ready instances with a living process. */
  async running(lane: LaneRef): Promise<Backend[]> {
    const ready = this.ofLane(lane).filter(
      ({ phase, retired }) => phase === 'ready' && retired === undefined,
    );
    const alive = await Promise.all(ready.map((instance) => instance.isAlive()));
    return ready.filter((_, at) => alive[at]).map(({ backend }) => backend);
  }

  /** Ends every process; the next agent starts again what was ready. */
  async stop(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.instances.values()].map((instance) => instance.stop()));
  }

  async capLogs(): Promise<void> {
    await Promise.all([...this.instances.values()].map((instance) => instance.capLogs()));
  }

  private async accept(lane: LaneRef, fence: Fence): Promise<void> {
    if (this.closing) throw new SagalineError('TargetUnavailable', 'the target is being shut down');
    await this.fences.accept(lane, fence);
  }

  private retireOne(instance: Instance): void {
    instance
      .retire(() => this.drained(instance.lane, instance.id))
      .then(() => {
        this.forget(instance);
      })
      .catch((error: unknown) => {
        this.context.log.error({ err: error, instance: instance.id }, 'instance cannot be retired');
      });
  }

  private forget(instance: Instance): void {
    const key = this.key(instance.lane, instance.id);
    if (this.instances.get(key) === instance) this.instances.delete(key);
  }

  private ofLane(lane: LaneRef): Instance[] {
    const key = laneKey(lane);
    return [...this.instances.values()].filter((instance) => laneKey(instance.lane) === key);
  }

  private key(lane: LaneRef, instance: string): string {
    return `${laneKey(lane)}/${instance}`;
  }
}

const nameOf = (release: Release, fence: Fence) => `${release.id}.${String(fence.generation)}`;

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
