import { isMemberOf } from '../domain/approval';
import type { PlatformConfiguration } from '../domain/configuration';
import { SagalineError } from '../domain/errors';
import type { Actor } from './authentication';

/**
 * Throws NotAllowed where one of the environments that are decided on names approvers, and the actor is a member of none of their
 * teams. They are asked for only where an environment names any.
 */
export async function requireApprover(
  actor: Pick<Actor, 'name' | 'teams'>,
  { environments }: Pick<PlatformConfiguration, 'environments'>,
  decided: () => Promise<readonly string[]>,
): Promise<void> {
  const guarded = environments.filter(({ approvers }) => approvers.length > 0);
  const concerned = guarded.length > 0 ? await decided() : [];
  for (const { name: environment, approvers } of guarded) {
    if (!concerned.includes(environment) || isMemberOf(actor, approvers)) continue;
    const who = `members of ${approvers.join(', ')}`;
    const what = `${who} may decide on releases to ${environment}, ${actor.name} is none of them`;
    throw new SagalineError('NotAllowed', what);
  }
}
