import { CompleteAsyncError, Context } from '@temporalio/activity';
import { deployAllowed } from '../src/domain/permission';
import { SagalineError } from '../src/domain/errors';
import type { EntityRef, Finish, Holder } from '../src/domain/lane';
import type { Configuration, Workflows } from '../src/ports';

export interface TurnRequest {
  entity: EntityRef;
  holder: Holder;
  /** What the environment's `allow` is asked about; a group asks nothing. */
  change: { repository: string; ref: string | null; pipeline: string; kind: string };
}

interface LanePorts {
  configuration: Configuration;
  workflows: Workflows;
}

/** Activities by which a run takes its turn in a lane or group, and by which these watch their holder. */
export function createLanes(ports: LanePorts) {
  return {
    /** Asks for a turn; the answer comes as a signal. Throws NotAllowed before the entity hears of it. */
    async requestTurn({ entity, holder, change }: TurnRequest): Promise<void> {
      if (entity.kind === 'lane') await allow(ports.configuration, entity.lane, change);
      const pool = entity.kind === 'lane' ? await poolOf(ports.configuration, entity.lane.environment) : null;
      await ports.workflows.signalEntity(entity, 'request', pool === null ? holder : { ...holder, pool });
    },

    /** The pool of each environment; null for the default one. An unknown environment has none. */
    async poolsOf(names: string[]): Promise<Record<string, string | null>> {
      const { environments } = await ports.configuration.current();
      const pools = new Map(environments.map(({ name, pool }) => [name, pool]));
      return Object.fromEntries(names.map((name) => [name, pools.get(name) ?? null]));
    },

    async finishTurn(input: { entity: EntityRef; finish: Finish }): Promise<void> {
      await ports.workflows.signalEntity(input.entity, 'finish', input.finish);
    },

    /** Ends when the holder's execution has closed, however it ended; takes no place on its worker while it waits. */
    async watchHolder(holder: Pick<Holder, 'workflowId' | 'runId'>): Promise<void> {
      const { taskToken, startToCloseTimeoutMs: attemptMs } = Context.current().info;
      const found = await ports.workflows.watch(holder, { taskToken, attemptMs });
      if (found === 'watched') throw new CompleteAsyncError();
    },
  };
}

async function poolOf(configuration: Configuration, name: string): Promise<string | null> {
  const { environments } = await configuration.current();
  return environments.find((environment) => environment.name === name)?.pool ?? null;
}

async function allow(
  configuration: Configuration,
  lane: { service: string; environment: string },
  change: TurnRequest['change'],
): Promise<void> {
  const { environments, services } = await configuration.current();
  const environment = environments.find(({ name }) => name === lane.environment);
  if (!environment)
    throw new SagalineError('NotAllowed', `environment ${lane.environment} is not in sagaline.yaml`);
  const service = services.find(({ name }) => name === lane.service);
  if (service?.repository !== change.repository) {
    const detail = `service ${lane.service} is not registered in sagaline.yaml as one of ${change.repository}`;
    throw new SagalineError('NotAllowed', detail);
  }
  const answer = deployAllowed(environment, change);
  if (!answer.allowed) throw new SagalineError('NotAllowed', answer.reason);
}
