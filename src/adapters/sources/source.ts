import { SagalineError } from '../../domain/errors';
import type { Reading } from './reading';

/** HTTP headers by lower-case name. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One request of a sender, as it came. */
export interface Delivery {
  headers: Headers;
  /** The bytes that were signed. */
  body: Buffer;
  /** Parameters of the address that are given once, for senders that can put a secret nowhere else. */
  query?: Readonly<Record<string, string>>;
  /** When the gateway accepted it, ISO 8601. */
  receivedAt: string;
}

/** What is particular to one vendor's webhooks; pure, so that every rule can be tested without a server. */
export interface Source {
  /** Name in the path, in sagaline.yaml and in SAGALINE_SECRET_<SOURCE>. */
  name: string;
  /** Largest body in bytes. */
  maxBytes: number;
  /** Media types in which this sender writes; anything else is refused. */
  mediaTypes: readonly string[];
  /** Whether one delivery lists happenings: it is then answered with a list, also of one. */
  batched: boolean;
  /** Returns when one of the secrets signed the body; throws Unauthenticated otherwise. */
  verify(delivery: Delivery, secrets: readonly string[]): void;
  /** Reads the events of a verified delivery in order; a batch may have none. Throws Malformed; what is authentic but not understood becomes a dead letter. */
  read(delivery: Delivery): Reading[];
}

/** A source as `POST /hooks/:source` uses it: a user-written one may take its time. */
export interface AnySource extends Omit<Source, 'verify' | 'read'> {
  verify(delivery: Delivery, secrets: readonly string[]): void | Promise<void>;
  /** `secrets` are what must not be told on. */
  read(delivery: Delivery, secrets: readonly string[]): Reading[] | Promise<Reading[]>;
}

/** The sources that users have written, by the names in sagaline.yaml. */
export interface WrittenSources {
  names(): Promise<string[]>;
  /** Undefined for a name that is none of them. Throws Unavailable while its package cannot be loaded. */
  find(name: string): Promise<AnySource | undefined>;
}

/** A header that must be there once. */
export function singleHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** A header that must be there once and of that shape. Throws Malformed. */
export function requiredHeader(headers: Headers, name: string, shape: RegExp): string {
  const value = singleHeader(headers, name);
  if (value === undefined || !shape.test(value))
    throw new SagalineError('Malformed', `the header ${name} is missing or malformed`);
  return value;
}

/** What a delivery id may look like. */
export const deliveryIdShape = /^[\x21-\x7e]{1,200}$/;
