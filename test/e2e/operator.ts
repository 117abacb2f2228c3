import { z } from 'zod';
import { isClosed, type RunSeen } from '../support/api';
import { until } from '../support/until';
import type { World } from '../support/world';
import { argumentsOf, commandsOf } from './documented';
import { delivery, type Shape } from './pipelines';

const listed = z.array(z.object({ execution: z.object({ workflowId: z.string() }), status: z.string() }));

const isHeld = ({ steps }: RunSeen) =>
  steps.some(({ id, status }) => id === 'release' && status === 'waiting');

/** Somebody who operates a platform with the documented `temporal` commands alone. */
export class Operator {
  private readonly documented = commandsOf('With the `temporal` CLI');
  private readonly used = new Set<string>();

  constructor(private readonly world: World) {}

  /** Runs the documented command with its placeholders filled in, and more arguments; throws when it fails. */
  temporal(to: string, values: Record<string, string> = {}, ...more: string[]): Promise<string> {
    const command = this.documented.get(to);
    if (command === undefined) throw new Error(`docs/operating.md has no command to ${to}`);
    this.used.add(to);
    return this.world.temporalCli(...argumentsOf(command, { why: 'a test', who: 'ada', ...values }), ...more);
  }

  /** Documented commands that have not been run. */
  unused(): string[] {
    return [...this.documented.keys()].filter((to) => !this.used.has(to));
  }

  /** What the command says once it says this text: lists follow Temporal's visibility, which comes a little later. */
  untilSaid(to: string, values: Record<string, string>, text: string): Promise<string> {
    return until(`"${to}" says ${text}`, async () => {
      const said = await this.temporal(to, values);
      return said.includes(text) && said;
    });
  }

  /** Pushes a version whose delivery has this shape, and returns its commit. */
  push(version: string, shape: Shape = {}): Promise<string> {
    return this.world.push({ version, files: delivery(this.world, shape) });
  }

  /** Pushes a version, and returns its run when that has ended. */
  async ended(version: string, shape: Shape = {}): Promise<RunSeen> {
    return this.world.untilRun(await this.push(version, shape), isClosed);
  }

  /** Delivers a version; throws when its run does not succeed. */
  async succeeded(version: string): Promise<RunSeen> {
    const run = await this.ended(version);
    if (run.status !== 'succeeded') throw new Error(`${run.id}: ${run.status}, ${String(run.reason)}`);
    return run;
  }

  /** A run whose canary waits for requests that nobody sends. */
  async held(version: string): Promise<RunSeen> {
    return this.world.untilRun(await this.push(version, { canary: 'held' }), isHeld);
  }

  /** The run once its canary waits (again). */
  untilHeld(id: string): Promise<RunSeen> {
    return this.untilSeen(id, 'waits', isHeld);
  }

  closed(id: string): Promise<RunSeen> {
    return this.untilSeen(id, 'ends', isClosed);
  }

  async liveCommit(): Promise<string | undefined> {
    return (await this.world.lane()).live?.commit;
  }

  /** Ids of a run's canaries, oldest first, once the list shows them in these states. */
  canariesOf(run: string, states: string[]): Promise<string[]> {
    return until(`canaries of ${run} are ${states.join(', ')}`, async () => {
      const values = { 'escaped run': encodeURIComponent(run) };
      const said = await this.temporal('find the canary of a run', values, '--output', 'json');
      const found = listed.parse(JSON.parse(said)).reverse();
      const seen = found.map(({ status }) => status.replace('WORKFLOW_EXECUTION_STATUS_', '').toLowerCase());
      return seen.join() === states.join() && found.map(({ execution }) => execution.workflowId);
    });
  }

  /** How often a step has been executed, as its log tells. */
  async executions(run: string, step: string): Promise<number> {
    const answer = await this.world.call(`/runs/${encodeURIComponent(run)}/steps/${step}/logs`);
    return (await answer.text()).match(/^--- step, attempt/gm)?.length ?? 0;
  }

  private untilSeen(id: string, what: string, predicate: (run: RunSeen) => boolean): Promise<RunSeen> {
    return until(`${id} ${what}`, async () => {
      const run = await this.world.run(id);
      return predicate(run) && run;
    });
  }
}
