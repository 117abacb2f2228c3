import type { Environment } from '../../domain/configuration';
import { SagalineError } from '../../domain/errors';
import type { MetricSource } from '../../ports';
import { TargetClient } from '../../target/client/target-client';
import { RouterMetricSource } from './router';

interface MetricOptions {
  /** The platform's state folder, absolute. */
  state: string;
}

const kinds = new Map<string, (options: MetricOptions) => MetricSource>([
  ['router', ({ state }) => new RouterMetricSource(new TargetClient(state))],
]);

/** The metric source that an environment names; throws InvalidConfiguration for an unknown kind. */
export function metricSources(options: MetricOptions): (environment: Environment) => MetricSource {
  return ({ name, metrics: { kind } }) => {
    const make = kinds.get(kind);
    if (make) return make(options);
    const valid = [...kinds.keys()].join(', ');
    throw new SagalineError(
      'InvalidConfiguration',
      `environment ${name}: no metrics kind ${kind}; there are: ${valid}`,
    );
  };
}
