import { setTimeout as sleep } from 'node:timers/promises';
import { SagalineError } from '../../domain/errors';
import { callAdmin, wasCutOff } from '../admin-client';
import { readJson } from '../durable-file';
import { targetLayout, type TargetLayout } from '../layout';
import { type Endpoint, endpointSchema, gone, isAlive } from '../process-identity';
import { ensureToken } from '../token';
import { stopRecorded } from './stop-recorded';

interface CallOptions {
  signal?: AbortSignal;
  /** Milliseconds without a byte after which the call is given up. */
  timeoutMs?: number;
}

const stopLimitMs = 30_000;
const pauseMs = 25;

/** A router that died is back within this time (ms): a call that nobody saw waits for it. */
const refusedLimitMs = 3000;

/** Agent and router of one state folder, as whoever may read that folder can call them. */
export class TargetClient {
  readonly layout: TargetLayout;

  constructor(state: string) {
    this.layout = targetLayout(state);
  }

  /** Calls an operation of the agent; throws what it answers, or TargetUnavailable. */
  agent(operation: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.call(this.layout.agent, operation, input, options);
  }

  /** Calls an operation of the router; throws what it answers, or TargetUnavailable. */
  async router(operation: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
    const deadline = performance.now() + refusedLimitMs;
    for (;;) {
      try {
        return await this.call(this.layout.router, operation, input, options);
      } catch (error) {
        if (!wasCutOff(error) || performance.now() > deadline) throw error;
        await sleep(pauseMs, undefined, options.signal && { signal: options.signal });
      }
    }
  }

  /** The agent writes its endpoint only when it serves, so a living one answers. */
  async livingAgent(): Promise<Endpoint | undefined> {
    const endpoint = await readJson(this.layout.agent, endpointSchema);
    return endpoint && (await isAlive(endpoint)) ? endpoint : undefined;
  }

  /** Ends every release, the router and the agent; resolves when their processes are gone. */
  async stop(): Promise<void> {
    const agent = await this.livingAgent();
    if (agent) {
      await this.agent('shutdown', {}, { timeoutMs: stopLimitMs });
      await gone(agent);
    }
    await stopRecorded(this.layout);
  }

  private async call(
    file: string,
    operation: string,
    input: unknown,
    options: CallOptions,
  ): Promise<unknown> {
    const endpoint = await readJson(file, endpointSchema);
    if (!endpoint) throw new SagalineError('TargetUnavailable', 'the target has not started yet');
    return callAdmin(endpoint.port, await ensureToken(this.layout), operation, input, options);
  }
}
