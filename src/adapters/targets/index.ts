import type { Environment } from '../../domain/configuration';
import { SagalineError } from '../../domain/errors';
import type { BlobStore, Target } from '../../ports';
import { TargetClient } from '../../target/client/target-client';
import { TargetHost } from '../../target/client/target-host';
import { EmbeddedTarget } from './embedded';

interface TargetOptions {
  /** The platform's state folder, absolute. */
  state: string;
  /** PATH of the processes that the target starts. */
  path: string;
  blobs: BlobStore;
}

const kinds = new Map<string, (host: TargetHost, blobs: BlobStore) => Target>([
  ['embedded', (host, blobs) => new EmbeddedTarget(host, blobs)],
]);

/** The target that an environment names; throws InvalidConfiguration for an unknown kind. */
export function targets(options: TargetOptions): (environment: Environment) => Target {
  const host = new TargetHost(options.state, options.path);
  return ({ name, target: { kind } }) => {
    const make = kinds.get(kind);
    if (make) return make(host, options.blobs);
    const valid = [...kinds.keys()].join(', ');
    throw new SagalineError(
      'InvalidConfiguration',
      `environment ${name}: no target kind ${kind}; there are: ${valid}`,
    );
  };
}

/**
 * Keeps the embedded target's agent alive until the returned function is called; failures go to `onProblem`, and the
 * next second tries again.
 */
export function watchTarget(state: string, path: string, onProblem: (error: unknown) => void): () => void {
  return new TargetHost(state, path).watch(onProblem);
}

/**
 * Ends every release of the state folder, its router and its agent, and resolves when their processes are gone. Records
 * stay, so that the next start brings the releases back. Whoever watches the target must have stopped before.
 */
export function stopTarget(state: string): Promise<void> {
  return new TargetClient(state).stop();
}
