import type { Environment } from '../src/domain/configuration';
import { SagalineError } from '../src/domain/errors';
import type { Backend, DesiredTraffic, Fenced, LaneRef, Measurement, Release } from '../src/domain/release';
import type { Configuration, MetricSource, Router, SecretSource, Target } from '../src/ports';
import { withAttention } from './attention';

/** What an environment's `kind` words stand for; an unknown word throws InvalidConfiguration. */
export interface ReleaseKinds {
  target: (environment: Environment) => Target;
  router: (environment: Environment) => Router;
  metrics: (environment: Environment) => MetricSource;
}

interface ReleasePorts extends ReleaseKinds {
  configuration: Configuration;
  secrets: SecretSource;
}

/** What a measurement found: a lapsed lease and a failing source are facts for the judge, not errors. */
export interface Observation {
  lapsed: boolean;
  measurements: Measurement[];
  failure: string | null;
}

/** What a lane that starts reads from its target. */
export interface Inspection {
  generation: number;
  live: Release | null;
  earlier: Release[];
}

/** Activities that move a lane's releases; each carries a fence, and repeating one finds it done. */
export function createRelease(ports: ReleasePorts) {
  const environmentOf = async (lane: LaneRef): Promise<Environment> => {
    const { environments } = await ports.configuration.current();
    const found = environments.find(({ name }) => name === lane.environment);
    if (!found)
      throw new SagalineError('NotFound', `environment ${lane.environment} is not in sagaline.yaml`);
    return found;
  };

  const start = async ({ lane, fence }: Fenced, release: Release): Promise<Backend> => {
    const environment = await environmentOf(lane);
    const secrets = await secretsFor(ports.secrets, environment, release.secrets);
    return withAttention((attention) =>
      ports.target(environment).deploy(lane, fence, release, secrets, attention),
    );
  };

  return {
    /** Starts the candidate and says what is stable beside it. */
    async deployCandidate(
      input: Fenced & { release: Release },
    ): Promise<{ candidate: Backend; stable: Backend | null }> {
      const candidate = await start(input, input.release);
      const traffic = await ports.router(await environmentOf(input.lane)).read(input.lane);
      return { candidate, stable: traffic?.stable ?? null };
    },

    async shiftTraffic({ lane, fence, traffic }: Fenced & { traffic: DesiredTraffic }): Promise<void> {
      await ports.router(await environmentOf(lane)).write(lane, fence, traffic);
    },

    /** Renews the candidate's lease (ms) and asks the queries over the window since the last shift. */
    async measure(input: Fenced & { leaseMs: number; queries: string[] }): Promise<Observation> {
      const environment = await environmentOf(input.lane);
      const { lapsed } = await ports.router(environment).renew(input.lane, input.fence, input.leaseMs);
      try {
        const measurements = await ports.metrics(environment).query(input.lane, input.queries);
        return { lapsed, measurements, failure: null };
      } catch (error) {
        return { lapsed, measurements: [], failure: error instanceof Error ? error.message : String(error) };
      }
    },

    /** Puts the lane on `live` and nothing else: starts it if it does not run, moves all traffic, stops the rest. */
    async settleLane(input: Fenced & { live: Release | null; earlier: Release[] }): Promise<void> {
      const { lane, fence, live, earlier } = input;
      const environment = await environmentOf(lane);
      const target = ports.target(environment);
      const stable =
        live && ((await runningInstance(ports, environment, lane, live)) ?? (await start(input, live)));
      await ports
        .router(environment)
        .write(lane, fence, { stable, candidate: null, weight: 0, leaseMs: null, earlier });
      await target.retire(lane, fence, stable ? [stable.instance] : []);
    },

    /** Generation, live and earlier releases as the target remembers them. */
    async inspectLane(lane: LaneRef): Promise<Inspection> {
      const traffic = await ports.router(await environmentOf(lane)).read(lane);
      return {
        generation: traffic?.fence.generation ?? 0,
        live: traffic?.stable?.release ?? null,
        earlier: traffic?.earlier ?? [],
      };
    },
  };
}

/** An instance of the release that is alive: the stable one first, so that settling does not move traffic needlessly. */
async function runningInstance(
  ports: ReleasePorts,
  environment: Environment,
  lane: LaneRef,
  release: Release,
): Promise<Backend | undefined> {
  const running = await ports.target(environment).running(lane);
  const stable = (await ports.router(environment).read(lane))?.stable?.instance;
  const same = running.filter((backend) => backend.release.id === release.id);
  return same.find(({ instance }) => instance === stable) ?? same[0];
}

async function secretsFor(
  source: SecretSource,
  environment: Environment,
  names: string[],
): Promise<Record<string, string>> {
  const refused = names.filter((name) => !environment.secrets.includes(name));
  if (refused.length > 0) {
    const detail = `environment ${environment.name} does not give the secret ${refused.join(', ')}`;
    throw new SagalineError('NotAllowed', detail);
  }
  return source.resolve(names);
}
