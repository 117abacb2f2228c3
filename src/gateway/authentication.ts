import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { TokenRole } from '../domain/api-token';
import { firstAdminName } from '../domain/configuration';
import { SagalineError } from '../domain/errors';
import type { Audit } from './audit';

/** Who sends a request, and what they may do. */
export interface Actor {
  name: string;
  /** `sender` sends events; `viewer` reads; `operator` and `admin` also act. */
  role: TokenRole;
  /** Teams the actor is a member of; `*` for an admin. */
  teams: string[];
  /** Other names of the actor, by which the author of a change is recognised. */
  aliases: string[];
  /** The only environments that the actor may change; null for no limit. */
  environments: string[] | null;
}

/** A secret, and who acts with it. */
export interface Credential {
  actor: Actor;
  token: string;
}

/** Tokens that the platform has handed out. */
export interface IssuedTokens {
  /** Who acts with this token; undefined for one that is not known, throws Unauthenticated for one that counts no more. */
  actorOf: (given: string) => Promise<Actor | undefined>;
}

/** The actor of SAGALINE_TOKEN. */
export const firstAdmin: Actor = {
  name: firstAdminName,
  role: 'admin',
  teams: ['*'],
  aliases: [],
  environments: null,
};

const readingMethods = ['GET', 'HEAD'];
const isReading = ({ method }: Pick<Request, 'method'>): boolean => readingMethods.includes(method);

/** Guards the control API: every request is judged by the credentials that count when it comes. */
export class Access {
  private readonly admitted = new WeakMap<object, Actor>();

  constructor(
    private readonly credentials: () => Promise<readonly Credential[]>,
    private readonly issued: IssuedTokens | undefined,
    private readonly audit: Pick<Audit, 'begin'>,
  ) {}

  /**
   * Refuses, before the body is read, whoever has no known token, a sender, a viewer who wants to act, and whoever may
   * change some environments only; what is to change something is written down.
   */
  readonly required = this.guard((actor, request) => {
    requireMember(actor, request);
    if (!isReading(request)) requireEnvironments(actor, null);
  });

  /** Like `required`, for calls that themselves ask `requireEnvironments` of the actor. */
  readonly limited = this.guard(requireMember);

  /** Like `required`, for admins alone. */
  readonly adminOnly = this.guard(requireAdmin);

  /** The admin who sends the request. Throws Unauthenticated, NotAllowed. */
  async admin(request: Request): Promise<Actor> {
    const actor = await this.known(request);
    requireAdmin(actor);
    return actor;
  }

  /** Who was let in by one of the handlers above. */
  actorOf(request: Pick<Request, 'path'>): Actor {
    const actor = this.admitted.get(request);
    if (!actor) throw new Error(`${request.path} asks who acts, and lets everybody in`);
    return actor;
  }

  /** Who sends events: anybody who may act everywhere, a sender, or whoever has one of `more`. Throws Unauthenticated, NotAllowed. */
  async sender(request: Request, more: readonly Credential[]): Promise<Actor> {
    const actor = await this.known(request, more);
    if (actor.role !== 'sender') requireMember(actor, request);
    requireEnvironments(actor, null);
    return actor;
  }

  /** Lets in whom `check` does not throw for. */
  private guard(check: (actor: Actor, request: Request) => void): RequestHandler {
    return async (request, response, next) => {
      const actor = await this.known(request);
      check(actor, request);
      this.admitted.set(request, actor);
      if (!isReading(request)) await this.audit.begin(request, response, actor);
      next();
    };
  }

  /** Who has the bearer token. Throws Unauthenticated. */
  private async known(request: Request, more: readonly Credential[] = []): Promise<Actor> {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined)
      throw new SagalineError('Unauthenticated', 'the header Authorization: Bearer is missing');
    const issued = await this.issued?.actorOf(given);
    if (issued) return issued;
    const all = [...(await this.credentials()), ...more];
    const matching = all.find(({ token }) => isSame(token, given));
    if (!matching) throw new SagalineError('Unauthenticated', 'the bearer token is not known');
    return matching.actor;
  }
}

function requireMember({ name, role }: Actor, request: Request): void {
  if (role === 'sender')
    throw new SagalineError('NotAllowed', `${name} has the role sender, which only sends events`);
  if (role === 'viewer' && !isReading(request))
    throw new SagalineError('NotAllowed', `${name} has the role viewer, which reads and does not act`);
}

function requireAdmin({ name, role }: Actor): void {
  if (role !== 'admin')
    throw new SagalineError('NotAllowed', `${name} has the role ${role}, and this is for admins`);
}

/** Throws NotAllowed where the actor may not change each of these environments; null stands for any environment there is. */
export function requireEnvironments(actor: Actor, environments: readonly string[] | null): void {
  const { name, environments: limit } = actor;
  if (limit === null) return;
  const beyond = environments?.filter((environment) => !limit.includes(environment));
  if (beyond?.length === 0) return;
  const what = beyond ? `not ${beyond.join(', ')}` : 'and this call is not limited to them';
  throw new SagalineError('NotAllowed', `${name} may change ${limit.join(', ')} only, ${what}`);
}

/** Hashes have one length, so that the time tells neither the token's length nor where it differs. */
function isSame(one: string, other: string): boolean {
  return one !== '' && timingSafeEqual(hash(one), hash(other));
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
