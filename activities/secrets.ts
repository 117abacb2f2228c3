import { SagalineError } from '../src/domain/errors';
import { deployAllowed, secretsAllowed } from '../src/domain/permission';
import type { Configuration, SecretSource } from '../src/ports';

/** Which secrets a step asks for, and for which change. */
export interface SecretRequest {
  environment: string | null;
  secrets: string[];
  change: { repository: string; ref: string | null; pipeline: string; kind: string };
}

export interface SecretPorts {
  configuration: Configuration;
  secrets: SecretSource;
}

/**
 * Values by name. Secrets are given by an environment to the changes it allows, whatever the pipeline file says:
 * throws NotAllowed where it does not.
 */
export async function secretsOf(
  ports: SecretPorts,
  { environment: name, secrets, change }: SecretRequest,
): Promise<Record<string, string>> {
  if (secrets.length === 0) return {};
  const { environments } = await ports.configuration.current();
  const environment = environments.find((candidate) => candidate.name === name);
  if (!environment)
    throw new SagalineError('NotAllowed', 'a step with `secrets` must name a known `environment`');
  for (const answer of [deployAllowed(environment, change), secretsAllowed(environment, secrets)]) {
    if (!answer.allowed) throw new SagalineError('NotAllowed', answer.reason);
  }
  return ports.secrets.resolve(secrets);
}
