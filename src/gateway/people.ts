import type { Logger } from 'pino';
import { dereference, type Settings } from '../config';
import type { Person } from '../domain/configuration';
import { SagalineError } from '../domain/errors';
import type { Configuration } from '../ports';
import { type Credential, firstAdmin } from './authentication';

/** What SAGALINE_TOKEN must be as well: a shorter secret can be guessed, and one with spaces cannot be sent. */
const usableToken = /^\S{16,}$/;

/**
 * Credentials of the first admin and of the people in sagaline.yaml as it is now. Whose token cannot be read is
 * unknown, and the log says so once.
 */
export function peopleOf(
  settings: Settings,
  configuration: Configuration,
  adminToken: string,
  log: Logger,
): () => Promise<Credential[]> {
  const reported = new Set<string>();
  const report = (person: Person, problem: string): void => {
    const key = `${person.name} ${person.token}`;
    if (reported.has(key)) return;
    reported.add(key);
    log.error({ person: person.name, problem }, 'this person is unknown to the control API');
  };
  return async () => {
    const credentials: Credential[] = [{ actor: firstAdmin, token: adminToken }];
    const { people } = await configuration.current();
    for (const person of people) {
      const token = tokenOf(settings, person);
      const twin = credentials.find((other) => other.token === token);
      if (token === undefined) report(person, `${person.token} is not set, or is no token of 16 characters`);
      else if (twin) report(person, `${person.token} is also the token of ${twin.actor.name}`);
      else credentials.push({ actor: actorOf(person), token });
    }
    return credentials;
  };
}

function tokenOf(settings: Settings, { token }: Person): string | undefined {
  try {
    const value = dereference(settings, token);
    return usableToken.test(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SagalineError && error.code === 'InvalidConfiguration') return undefined;
    throw error;
  }
}

/** A `*` among somebody's teams would make a member of every team, which only an admin is. */
function actorOf({ name, role, teams, aliases }: Person): Credential['actor'] {
  const own = role === 'admin' ? ['*'] : teams.filter((team) => team !== '*');
  return { name, role, aliases, teams: own, environments: null };
}
