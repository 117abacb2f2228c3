import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { SagalineError } from '../../domain/errors';
import type { LaneRef } from '../../domain/release';
import { callAdmin } from '../admin-client';
import { readJson, writeDurably } from '../durable-file';
import { freePort, isFree } from '../free-port';
import type { TargetLayout } from '../layout';
import { smallHeap } from '../node-flags';
import { endpointSchema, isAlive } from '../process-identity';
import { laneStatusSchema } from '../schemas';
import { HeldSockets } from './held-sockets';
import { Keeper } from './keeper';
import { adopted, launch, type Launched } from './launch';

/** A request that has not ended after this time (ms) no longer keeps its instance alive. */
const drainLimitMs = 10_000;
const pollMs = 50;
const startLimitMs = 15_000;

interface RouterOptions {
  state: string;
  layout: TargetLayout;
  token: string;
  env: Record<string, string>;
  log: Logger;
}

/** The router as the agent sees it: a process to keep alive, and the one who knows which requests are open. */
export class RouterProcess {
  private keeper: Keeper | undefined;
  private readonly sockets = new HeldSockets();

  constructor(private readonly options: RouterOptions) {}

  /** Finds the router or starts it, and resolves when it serves. */
  async start(): Promise<void> {
    const { layout, log } = this.options;
    const known = await readJson(layout.router, endpointSchema);
    const first = known && (await isAlive(known)) ? adopted(known) : await this.launch();
    this.keeper = new Keeper(
      first,
      () => this.launch(),
      (error) => {
        log.error({ err: error }, 'router cannot be kept alive');
      },
    );
    const deadline = performance.now() + startLimitMs;
    while (!(await this.answers())) {
      if (performance.now() > deadline)
        throw new SagalineError('TargetUnavailable', 'the router does not start; see router.log');
      await sleep(pollMs);
    }
  }

  /** Waits until no request is open at the instance, at most for the limit. */
  async drained(lane: LaneRef, instance: string): Promise<void> {
    const deadline = performance.now() + drainLimitMs;
    while (performance.now() < deadline) {
      // While the router is away nobody knows what is open, so the limit decides.
      const open = await this.open(lane, instance).catch(() => undefined);
      if (open === 0) return;
      await sleep(pollMs);
    }
  }

  async stop(): Promise<void> {
    this.sockets.closeAll();
    await this.keeper?.stop();
  }

  private async answers(): Promise<boolean> {
    return this.call('health', {}).then(
      () => true,
      () => false,
    );
  }

  private async open(lane: LaneRef, instance: string): Promise<number> {
    const status = laneStatusSchema.nullable().parse(await this.call('lane', { lane }));
    return status?.inFlight[instance] ?? 0;
  }

  private async call(operation: string, input: unknown): Promise<unknown> {
    const endpoint = await readJson(this.options.layout.router, endpointSchema);
    if (!endpoint) throw new SagalineError('TargetUnavailable', 'there is no router');
    return callAdmin(endpoint.port, this.options.token, operation, input);
  }

  private async launch(): Promise<Launched> {
    const { state, layout, env } = this.options;
    const known = await readJson(layout.router, endpointSchema);
    const port = known && (await isFree(known.port)) ? known.port : await freePort();
    const main = join(__dirname, '..', 'router', 'main.js');
    const argv = [process.execPath, ...smallHeap, main, '--state', state, '--port', String(port)];
    const talk = (router: ChildProcess) => {
      this.sockets.serve(router);
    };
    return launch({ argv, cwd: layout.root, env, log: layout.routerLog, talk }, (identity) =>
      writeDurably(layout.router, { ...identity, port }),
    );
  }
}
