import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import { SagalineError } from '../../domain/errors';
import type { Backend, LaneRef, Release } from '../../domain/release';
import { writeDurably } from '../durable-file';
import { type Endpoint, isAlive } from '../process-identity';
import {
  backendOf,
  instancePaths,
  type InstanceRecord,
  killReplicas,
  readSecrets,
  startedReplicas,
  writeSecrets,
} from './instance-record';
import { Keeper } from './keeper';
import { adopted, launch, type Launched } from './launch';
import { capLog } from './log-file';
import type { PortPool } from './port-pool';
import { startReplica } from './replica';

/** What every instance of an agent shares. */
export interface InstanceContext {
  /** Environment that a release gets besides its own: a small allow-list. */
  env: Record<string, string>;
  ports: PortPool;
  log: Logger;
}

/** One start of one release: its replicas, which are kept alive until it is retired. */
export class Instance {
  private readonly keepers: Keeper[] = [];
  private readonly ending = new AbortController();
  private readiness: Promise<Backend> | undefined;
  private retirement: Promise<void> | undefined;
  private saving: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: string,
    private readonly record: InstanceRecord,
    private secrets: Record<string, string>,
    private readonly context: InstanceContext,
  ) {}

  static create(
    folder: string,
    lane: LaneRef,
    instance: string,
    release: Release,
    secrets: Record<string, string>,
    context: InstanceContext,
  ): Instance {
    const replicas = Array.from({ length: release.replicas }, () => null);
    return new Instance(folder, { lane, instance, release, phase: 'starting', replicas }, secrets, context);
  }

  /** Takes over what an earlier agent started; processes that died meanwhile start again on their ports. */
  static async adopt(folder: string, record: InstanceRecord, context: InstanceContext): Promise<Instance> {
    const instance = new Instance(folder, record, await readSecrets(folder), context);
    record.replicas.forEach((replica, at) => {
      if (replica === null) return;
      context.ports.claim(replica.port);
      if (record.phase === 'ready') instance.keep(at, replica.port, adopted(replica));
    });
    if (record.phase === 'ready') instance.readiness = Promise.resolve(backendOf(record));
    return instance;
  }

  get id(): string {
    return this.record.instance;
  }

  get lane(): LaneRef {
    return this.record.lane;
  }

  get phase(): InstanceRecord['phase'] {
    return this.record.phase;
  }

  /** Resolves when the instance is gone; undefined while nobody has retired it. */
  get retired(): Promise<void> | undefined {
    return this.retirement;
  }

  get backend(): Backend {
    return backendOf(this.record);
  }

  /** Starts all replicas once and resolves when each is ready; a failure leaves nothing behind. */
  start(): Promise<Backend> {
    this.readiness ??= this.startAll();
    return this.readiness;
  }

  /** Whether any replica's process lives. */
  async isAlive(): Promise<boolean> {
    const alive = await Promise.all(startedReplicas(this.record).map(isAlive));
    return alive.includes(true);
  }

  /** Ends the instance for good once `drained` resolves, and removes its folder. */
  retire(drained: () => Promise<void>): Promise<void> {
    this.retirement ??= this.end(drained);
    return this.retirement;
  }

  /** Ends the processes and keeps the record, so that the next agent starts them again. */
  async stop(): Promise<void> {
    this.ending.abort(new SagalineError('TargetUnavailable', 'the target is being shut down'));
    await Promise.all(this.keepers.map((keeper) => keeper.stop()));
    await this.readiness?.catch(() => undefined);
    await killReplicas(this.record);
  }

  async capLogs(): Promise<void> {
    await Promise.all(this.record.replicas.map((_, at) => capLog(instancePaths(this.folder).log(at))));
  }

  private async startAll(): Promise<Backend> {
    try {
      await writeSecrets(this.folder, this.secrets);
      await this.save();
      const starts = this.record.replicas.map((_, at) => this.startOne(at));
      for (const start of starts) {
        start.catch((error: unknown) => {
          this.ending.abort(error);
        });
      }
      // One failure ends the other starts too, and each must have ended before the folder goes.
      await Promise.allSettled(starts);
      await Promise.all(starts);
      this.ending.signal.throwIfAborted();
      this.record.phase = 'ready';
      await this.save();
      return this.backend;
    } catch (error) {
      this.ending.abort(error);
      await Promise.all(this.keepers.map((keeper) => keeper.stop()));
      await this.remove();
      throw error;
    }
  }

  private async startOne(at: number): Promise<void> {
    const { process, port } = await startReplica({
      release: this.record.release,
      lane: this.record.lane,
      secrets: Object.values(this.secrets),
      log: instancePaths(this.folder).log(at),
      ports: this.context.ports,
      launch: (onPort) => this.launch(at, onPort),
      ending: this.ending.signal,
    });
    this.keep(at, port, process);
  }

  private keep(at: number, port: number, process: Launched): void {
    const onProblem = (error: unknown) => {
      this.context.log.error({ err: error, instance: this.id, replica: at }, 'replica cannot be kept alive');
    };
    this.keepers.push(new Keeper(process, () => this.launch(at, port), onProblem));
  }

  private launch(at: number, port: number): Promise<Launched> {
    const { release } = this.record;
    const paths = instancePaths(this.folder);
    const env = { ...this.context.env, ...release.env, ...this.secrets, PORT: String(port) };
    const command = { argv: ['/bin/sh', '-c', release.start], cwd: paths.app, env, log: paths.log(at) };
    return launch(command, (identity) => this.remember(at, { ...identity, port }));
  }

  private remember(at: number, replica: Endpoint): Promise<void> {
    this.record.replicas[at] = replica;
    return this.save();
  }

  /** Saves follow one another, so that an older record never replaces a newer one. */
  private save(): Promise<void> {
    const write = () => writeDurably(instancePaths(this.folder).record, this.record);
    this.saving = this.saving.then(write, write);
    return this.saving;
  }

  private async end(drained: () => Promise<void>): Promise<void> {
    this.ending.abort(
      new SagalineError('StaleGeneration', `instance ${this.id} was retired by a later write`),
    );
    await this.readiness?.catch(() => undefined);
    this.record.phase = 'retiring';
    await this.save();
    await drained();
    await Promise.all(this.keepers.map((keeper) => keeper.stop()));
    await this.remove();
  }

  private async remove(): Promise<void> {
    await killReplicas(this.record);
    await this.saving.catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
    for (const { port } of startedReplicas(this.record)) this.context.ports.giveBack(port);
  }
}
