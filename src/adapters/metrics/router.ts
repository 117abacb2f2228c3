import { SagalineError } from '../../domain/errors';
import type { LaneRef, Measurement, Sample } from '../../domain/release';
import type { MetricSource } from '../../ports';
import type { TargetClient } from '../../target/client/target-client';
import { type RoleStatistics, statisticsSchema } from '../../target/schemas';

type Query = (statistics: RoleStatistics, seconds: number) => number | null;

const table = new Map<string, Query>([
  ['error-rate', ({ requests, errors }) => (requests === 0 ? null : errors / requests)],
  ['request-rate', ({ requests }, seconds) => (seconds === 0 ? null : requests / seconds)],
  ['p50-latency', ({ latencyMs }) => latencyMs?.p50 ?? null],
  ['p95-latency', ({ latencyMs }) => latencyMs?.p95 ?? null],
  ['p99-latency', ({ latencyMs }) => latencyMs?.p99 ?? null],
]);

/** What the router itself measured: rates as fractions or per second, latencies in ms. */
export class RouterMetricSource implements MetricSource {
  constructor(private readonly client: TargetClient) {}

  queries(): string[] {
    return [...table.keys()];
  }

  async query(lane: LaneRef, queries: string[]): Promise<Measurement[]> {
    const known = queries.map((query) => ({ query, compute: this.find(query) }));
    const { seconds, candidate, stable } = await this.statistics(lane);
    return known.map(({ query, compute }) => {
      const sample = (role: RoleStatistics): Sample => ({
        samples: role.requests,
        value: compute(role, seconds),
      });
      return { query, candidate: sample(candidate), stable: stable && sample(stable) };
    });
  }

  private async statistics(lane: LaneRef) {
    try {
      return statisticsSchema.parse(await this.client.router('statistics', { lane }));
    } catch (error) {
      if (error instanceof SagalineError && error.code !== 'NotFound') throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new SagalineError('TargetUnavailable', `no measurements: ${why}`, { cause: error });
    }
  }

  private find(query: string): Query {
    const found = table.get(query);
    if (found) return found;
    const valid = this.queries().join(', ');
    throw new SagalineError('InvalidConfiguration', `no query ${query} of the router; there are: ${valid}`);
  }
}
