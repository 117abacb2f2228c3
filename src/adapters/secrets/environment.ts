import { SagalineError } from '../../domain/errors';
import type { SecretSource } from '../../ports';

/** Secrets from the variables of the worker's own environment, handed in by the composition root. */
export class EnvironmentSecrets implements SecretSource {
  constructor(private readonly variables: Readonly<Record<string, string | undefined>>) {}

  resolve(names: string[]): Promise<Record<string, string>> {
    const missing = names.filter((name) => !this.variables[name]);
    if (missing.length > 0) {
      const detail = `secret ${missing.join(', ')} is not set in the worker's environment`;
      return Promise.reject(new SagalineError('NotFound', detail));
    }
    return Promise.resolve(Object.fromEntries(names.map((name) => [name, this.variables[name] ?? ''])));
  }
}
