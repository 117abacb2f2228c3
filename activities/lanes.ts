import { deployAllowed } from '../src/domain/permission';
import { SagalineError } from '../src/domain/errors';
import type { EntityRef, Finish, Holder } from '../src/domain/lane';
import type { Configuration, Workflows } from '../src/ports';
import { withAttention } from './attention';

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
      await ports.workflows.signalEntity(entity, 'request', holder);
    },

    async finishTurn(input: { entity: EntityRef; finish: Finish }): Promise<void> {
      await ports.workflows.signalEntity(input.entity, 'finish', input.finish);
    },

    /** Returns when the holder's execution has closed, however it ended. */
    watchHolder(holder: Pick<Holder, 'workflowId' | 'runId'>): Promise<void> {
      return withAttention((attention) => ports.workflows.closed(holder, attention));
    },
  };
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
