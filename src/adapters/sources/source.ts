import type { Reading } from './reading';

/** HTTP headers by lower-case name. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One request of a sender, as it came. */
export interface Delivery {
  headers: Headers;
  /** The bytes that were signed. */
  body: Buffer;
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
  /** Reads a verified delivery, at least one event in order. Throws Malformed; what is authentic but not understood becomes a dead letter. */
  read(delivery: Delivery): Reading[];
}

/** A header that must be there once. */
export function singleHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
