import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageFolder } from '../package-folder';
import type { Answer, Call, FromWorker, ToWorker, WorkerSettings } from './calls';

/** How a call ends; undefined where nobody is left to be told. */
export type Answering = (call: Call) => Promise<Answer | undefined>;

/** The worker of a rehearsal: a process of its own, so that it can die as a worker does. */
export class WorkerProcess {
  /** Rejects when a worker ends that was not told to, or a call has no answer. */
  readonly broken: Promise<never>;
  /** Calls that wait for their answer. */
  open = 0;
  private breakDown: (error: unknown) => void = () => undefined;
  private child: ChildProcess | undefined;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly answer: Answering,
  ) {
    this.broken = new Promise((_, reject) => (this.breakDown = reject));
    // It may break before anybody listens.
    this.broken.catch(() => undefined);
  }

  /** Starts a worker; resolves when it polls. */
  async start(): Promise<void> {
    const main = join(packageFolder(), 'dist/src/cli/simulate/worker.js');
    const child = fork(main, [JSON.stringify(this.settings)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    this.child = child;
    child.once('exit', (code, signal) => {
      if (this.child === child) this.breakDown(new Error(`the worker ended with ${String(code ?? signal)}`));
    });
    const ready = new Promise<void>((resolve) => {
      child.on('message', (said: FromWorker) => {
        if (said.kind === 'ready') resolve();
        else void this.pass(child, said.call);
      });
    });
    await Promise.race([ready, this.broken]);
  }

  /** Ends the worker at once, with whatever it is doing. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  private async pass(child: ChildProcess, call: Call): Promise<void> {
    this.open += 1;
    try {
      const answer = await this.answer(call);
      if (answer === undefined || !child.connected) return;
      // A worker that is killed meanwhile needs no answer.
      child.send({ id: call.id, answer } satisfies ToWorker, () => undefined);
    } catch (error) {
      this.breakDown(error);
    } finally {
      this.open -= 1;
    }
  }
}
