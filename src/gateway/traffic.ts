import { setTimeout as delay } from 'node:timers/promises';
import type { LaneRef, Traffic } from '../domain/release';
import type { GatewayDependencies } from './dependencies';

/** Milliseconds after which a router counts as unreachable. */
const routerMs = 2_000;

/** How a lane's requests are split at this moment. */
export type TrafficView = Pick<Traffic, 'weight' | 'url' | 'lapsed' | 'stable' | 'candidate'>;

/** Asks the routers of the environments in sagaline.yaml. */
export class LaneTraffic {
  constructor(
    private readonly dependencies: Pick<GatewayDependencies, 'configuration' | 'routerOf' | 'log'>,
  ) {}

  /** Null when there is no such environment, no traffic yet, or no answer: a lane is shown without it. */
  async of(lane: LaneRef): Promise<TrafficView | null> {
    const { configuration, routerOf, log } = this.dependencies;
    const { environments } = await configuration.current();
    const environment = environments.find(({ name }) => name === lane.environment);
    if (!environment) return null;
    const timeout = new AbortController();
    try {
      const late = delay(routerMs, undefined, { signal: timeout.signal, ref: false });
      const traffic = await Promise.race([routerOf(environment).read(lane), late]);
      if (!traffic) return null;
      const { weight, url, lapsed, stable, candidate } = traffic;
      return { weight, url, lapsed, stable, candidate };
    } catch (error) {
      log.warn({ lane, err: error }, 'the router does not answer');
      return null;
    } finally {
      timeout.abort();
    }
  }
}
