import type { Environment } from '../../domain/configuration';
import { SagalineError } from '../../domain/errors';
import type { Router } from '../../ports';
import { TargetHost } from '../../target/client/target-host';
import { EmbeddedRouter } from './embedded';

interface RouterOptions {
  /** The platform's state folder, absolute. */
  state: string;
  /** PATH of the processes that the target starts. */
  path: string;
}

const kinds = new Map<string, (host: TargetHost, environment: Environment) => Router>([
  ['embedded', (host, { target }) => new EmbeddedRouter(host, target.ports)],
]);

/** The router that goes with an environment's target; throws InvalidConfiguration for an unknown kind. */
export function routers(options: RouterOptions): (environment: Environment) => Router {
  const host = new TargetHost(options.state, options.path);
  return (environment) => {
    const { kind } = environment.target;
    const make = kinds.get(kind);
    if (make) return make(host, environment);
    const valid = [...kinds.keys()].join(', ');
    throw new SagalineError(
      'InvalidConfiguration',
      `environment ${environment.name}: no router for target kind ${kind}; there are: ${valid}`,
    );
  };
}
