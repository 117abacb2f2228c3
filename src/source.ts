/** One request of a sender, as it came. */
export interface SourceDelivery {
  /** Headers by lower-case name. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parameters of the address that are given once. */
  query: Readonly<Record<string, string>>;
  /** The raw bytes, which a signature is over. */
  body: Buffer;
  /** When the gateway accepted it, ISO 8601. */
  receivedAt: string;
}

/** One happening, in the words of the platform: docs/events.md lists the data of each kind. */
export interface SourceEvent {
  /** Tells it from every other one of this source; the same id again is the same event, which has had its effect. */
  id: string;
  kind: string;
  data: Record<string, unknown>;
  /** When it happened; the time of acceptance where it is absent. */
  time?: string | undefined;
}

/** What a package exports for one source. */
export interface SourceDefinition {
  /** Largest body in bytes, at most 25 MiB; 1 MiB where it is absent. */
  maxBytes?: number;
  /** Media types in which the sender writes; `application/json` where it is absent. */
  mediaTypes?: readonly string[];
  /**
   * Whether the ids of events are part of what `verify` proves, so that two ids are two events even with equal bodies.
   * Where it is absent, a body that comes again under another id is taken for a replay.
   */
  signedIds?: boolean;
  /**
   * Whether the sender knows one of the secrets, one or two while they are replaced: true, or a promise of it. Anything
   * else, an error too, refuses the delivery. Compare in constant time, before anything of the body is read.
   */
  verify(delivery: SourceDelivery, secrets: readonly string[]): boolean | Promise<boolean>;
  /**
   * The events of a verified delivery in order, at most 100; none where it tells of nothing that matters. An error that
   * it throws, and data that is not valid for its kind, makes a dead letter with the reason.
   */
  normalise(delivery: SourceDelivery): readonly SourceEvent[] | Promise<readonly SourceEvent[]>;
}

/** Returns the definition as it is, with its types checked: a package exports the result. */
export function defineSource(definition: SourceDefinition): SourceDefinition {
  return definition;
}
