import { closeSync, mkdirSync, openSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { SagalineError } from '../../domain/errors';
import { spawnGroup } from '../../process';
import { smallHeap } from '../node-flags';
import { agentMain } from './entry-point';
import { TargetClient } from './target-client';

const startLimitMs = 20_000;
const pauseMs = 25;
const watchMs = 1000;

/** Keeps the agent of one state folder alive, and with it the router and the releases. */
export class TargetHost {
  readonly client: TargetClient;
  private starting: Promise<void> | undefined;

  /** `state` is the platform's state folder, absolute; `path` is where releases find their commands. */
  constructor(
    private readonly state: string,
    private readonly path: string,
  ) {
    this.client = new TargetClient(state);
  }

  /** Starts the agent unless it lives, and resolves when it answers; any number of processes may do so at once. */
  ensure(): Promise<void> {
    this.starting ??= this.start().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Ensures the agent now and every second; the result ends that. Failures go to `onProblem`. */
  watch(onProblem: (error: unknown) => void): () => void {
    const round = () => {
      this.ensure().catch(onProblem);
    };
    const timer = setInterval(round, watchMs);
    round();
    return () => {
      clearInterval(timer);
    };
  }

  private async start(): Promise<void> {
    if (await this.client.livingAgent()) return;
    const exited = this.spawn(agentMain());
    const deadline = performance.now() + startLimitMs;
    while (!(await this.client.livingAgent())) {
      const exit = await Promise.race([exited, sleep(pauseMs)]);
      const failed = exit !== undefined && exit.code !== 0;
      if (!failed && performance.now() < deadline) continue;
      const { agentLog } = this.client.layout;
      throw new SagalineError('TargetUnavailable', `the agent does not start; see ${agentLog}`);
    }
  }

  private spawn(main: string) {
    const { root, agentLog } = this.client.layout;
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const log = openSync(agentLog, 'a', 0o600);
    const env = this.environment();
    const options = ['--state', this.state, '--environment', JSON.stringify(env)];
    const group = spawnGroup([process.execPath, ...smallHeap, main, ...options], {
      cwd: root,
      env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    // The agent outlives this process; one that loses the race to another agent ends by itself, with status 0.
    group.child.unref();
    return group.exited;
  }

  /** All that agent, router and releases get of this machine's environment. */
  private environment(): Record<string, string> {
    return { PATH: this.path, HOME: homedir(), TMPDIR: tmpdir(), LANG: 'C.UTF-8' };
  }
}
