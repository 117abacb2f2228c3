import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { SagalineError } from '../domain/errors';

/** A secret, and who acts with it. */
export interface Token {
  actor: string;
  token: string;
}

/** Who sends the request, by its bearer token alone. Throws Unauthenticated. */
export function actorOf(request: Request, tokens: readonly Token[]): string {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined)
    throw new SagalineError('Unauthenticated', 'the header Authorization: Bearer is missing');
  const matching = tokens.find(({ token }) => isSame(token, given));
  if (!matching) throw new SagalineError('Unauthenticated', 'the bearer token is not known');
  return matching.actor;
}

/** Refuses a request without a known token. */
export function requireToken(tokens: readonly Token[]): RequestHandler {
  return (request, _response, next) => {
    actorOf(request, tokens);
    next();
  };
}

/** Hashes have one length, so that the time tells neither the token's length nor where it differs. */
function isSame(one: string, other: string): boolean {
  return one !== '' && timingSafeEqual(hash(one), hash(other));
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
