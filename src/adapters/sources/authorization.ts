import { SagalineError } from '../../domain/errors';
import { isOneOf } from './signature';
import { type Headers, singleHeader } from './source';

/** Throws Unauthenticated unless Authorization holds a secret as bearer token or as password of basic authentication. */
export function requireAuthorization(headers: Headers, secrets: readonly string[]): void {
  if (!isSecret(credentials(headers), secrets)) {
    const detail = 'Authorization holds no secret of this source, neither as bearer token nor as password';
    throw new SagalineError('Unauthenticated', detail);
  }
}

/** Whether one of the texts is a secret; an empty one never is. */
export const isSecret = (given: readonly string[], secrets: readonly string[]): boolean =>
  given.some((text) => text !== '' && isOneOf(text, secrets));

/** What Authorization may hold a secret as: bearer token or password. */
export function credentials(headers: Headers): string[] {
  const value = authorization(headers);
  const bearer = /^Bearer +(\S.*)$/i.exec(value)?.[1];
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(value)?.[1];
  const password = basic === undefined ? undefined : passwordIn(Buffer.from(basic, 'base64').toString());
  return [bearer, password].filter((text) => text !== undefined);
}

/** The whole header, empty where there is none or more than one. Node reads each of its bytes as one character. */
export const authorization = (headers: Headers): string =>
  Buffer.from(singleHeader(headers, 'authorization') ?? '', 'latin1').toString();

const passwordIn = (userAndPassword: string): string | undefined =>
  /^[^:]*:(.*)$/s.exec(userAndPassword)?.[1];
