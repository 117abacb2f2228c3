import { SagalineError } from '../../domain/errors';
import { sha256Hex } from '../../domain/identity';

/** `<hash of the run>/<step>`, never made of raw input; throws Malformed for what is no step id. */
export function logName(run: string, step: string): string {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(step)) throw new SagalineError('Malformed', 'not the id of a step');
  return `${sha256Hex(run).slice(0, 32)}/${step}`;
}
