import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { firstAdminName, type Person } from '../domain/configuration';
import { SagalineError } from '../domain/errors';
import type { Audit } from './audit';

/** Who sends a request, and what they may do. */
export interface Actor {
  name: string;
  /** `viewer` reads; `operator` and `admin` also act. */
  role: Person['role'];
  /** Teams the actor is a member of; `*` for an admin. */
  teams: string[];
  /** Other names of the actor, by which the author of a change is recognised. */
  aliases: string[];
}

/** A secret, and who acts with it. */
export interface Credential {
  actor: Actor;
  token: string;
}

/** The actor of SAGALINE_TOKEN. */
export const firstAdmin: Actor = { name: firstAdminName, role: 'admin', teams: ['*'], aliases: [] };

const readingMethods = ['GET', 'HEAD'];

/** Guards the control API: every request is judged by the credentials that count when it comes. */
export class Access {
  constructor(
    private readonly credentials: () => Promise<readonly Credential[]>,
    private readonly audit: Pick<Audit, 'begin'>,
  ) {}

  /** Refuses a request that `actor` throws for, before its body is read; one that is to change something is written down. */
  readonly required: RequestHandler = async (request, response, next) => {
    const actor = await this.actor(request);
    if (!readingMethods.includes(request.method)) await this.audit.begin(request, response, actor);
    next();
  };

  /**
   * Who sends the request, by its bearer token alone; `more` are credentials that count for this call besides.
   * Throws Unauthenticated without a known token, NotAllowed when a viewer wants to do more than read.
   */
  async actor(
    request: Pick<Request, 'headers' | 'method'>,
    more: readonly Credential[] = [],
  ): Promise<Actor> {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined)
      throw new SagalineError('Unauthenticated', 'the header Authorization: Bearer is missing');
    const known = [...(await this.credentials()), ...more];
    const matching = known.find(({ token }) => isSame(token, given));
    if (!matching) throw new SagalineError('Unauthenticated', 'the bearer token is not known');
    const { name, role } = matching.actor;
    if (role === 'viewer' && !readingMethods.includes(request.method))
      throw new SagalineError('NotAllowed', `${name} has the role viewer, which reads and does not act`);
    return matching.actor;
  }
}

/** Hashes have one length, so that the time tells neither the token's length nor where it differs. */
function isSame(one: string, other: string): boolean {
  return one !== '' && timingSafeEqual(hash(one), hash(other));
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
