import { z } from 'zod';
import { repositoryName as repository } from './repository-name';

/** Largest reduced event in bytes of JSON; larger texts are cut by the source before this limit is met. */
export const maxEventBytes = 32 * 1024;

const text = z.string().max(4096);
const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be a full commit id');
const commitStart = z
  .string()
  .regex(/^[0-9a-f]{12,63}$/, 'must be the first 12 or more digits of a commit id');
/** Beyond git's own rules, characters and leading hyphens that could be read as code or as an option are refused. */
const ref = z
  .string()
  .max(512)
  .startsWith('refs/', 'must be a full ref, such as refs/heads/main')
  .refine((name) => !/(^|\/)-/.test(name), 'has a part that begins with a hyphen: rename the branch or tag')
  .refine(
    (name) => !/[\p{Cc} ~^:?*[\]\\$`'"();&|<>]|\.\.|@\{/u.test(name),
    'has a character that git or a shell gives a meaning: rename the branch or tag',
  );

/** Whether an event may name a ref so. */
export const isEventRef = (name: string): boolean => ref.safeParse(name).success;

/** The `data` of each kind of event: exactly what later parts may read, everything else is dropped. */
export const dataSchemas = {
  push: z.object({
    repository,
    cloneUrl: text.nullish(),
    ref,
    commit: commit.nullable(),
    previousCommit: commit.nullable(),
    deleted: z.boolean().default(false),
    created: z.boolean().default(false),
    author: text.nullish(),
    message: text.nullish(),
  }),
  pull_request: z.object({
    repository,
    action: z.enum(['opened', 'updated', 'closed', 'merged']),
    number: z.int().positive(),
    commit: commit.nullable(),
    commitStart: commitStart.nullish(),
    sourceRef: text,
    targetRef: text,
    fork: z.boolean(),
    title: text.nullish(),
    author: text.nullish(),
  }),
  tag: z.object({ repository, ref, commit: commit.nullable(), deleted: z.boolean().default(false) }),
  /** Without a digest where the registry tells only which tag was pushed, which may since have moved. */
  image: z.object({ repository: text, tag: text.nullish(), digest: text.nullish() }),
  infrastructure: z
    .object({
      repository: repository.optional(),
      stack: text.optional(),
      ref: text.nullish(),
      commit: commit.nullish(),
      paths: z.array(text).max(500).default([]),
    })
    .refine((data) => data.repository ?? data.stack, 'needs repository or stack'),
  alert: z.object({
    status: z.enum(['firing', 'resolved']),
    name: text,
    service: text.nullish(),
    environment: text.nullish(),
    severity: text.nullish(),
    labels: z.record(z.string().max(256), text).default({}),
    startsAt: text.nullish(),
  }),
  finding: z.object({
    tool: text,
    severity: text,
    artifact: text.nullish(),
    repository: repository.optional(),
    rule: text,
    description: text.nullish(),
    /** Whether it still stands, where the source says so. */
    status: z.enum(['open', 'resolved']).nullish(),
  }),
  ci_run: z.object({
    system: text,
    runId: text,
    status: text,
    repository: repository.optional(),
    commit: commit.nullish(),
    url: text.nullish(),
    name: text.nullish(),
    /** For conditions only: not a ref, because nobody proved that the commit is on it. */
    branch: text.nullish(),
  }),
  deployment: z.looseObject({ service: text, environment: text }),
  manual: z.object({
    pipeline: text,
    repository,
    ref,
    commit: commit.nullish(),
    inputs: z.record(z.string(), z.json()).default({}),
    author: text.nullish(),
    /** The only environments that who sent it may change; any where absent. */
    environments: z.array(text).max(100).optional(),
  }),
  schedule: z.looseObject({ repository, pipeline: text }),
  custom: z.looseObject({}),
} as const;

/** Events of the platform's own that may lead from one to the next before no further run is started. */
export const maxEventDepth = 5;

/** `kind` of an event; its CloudEvents `type` is `dev.sagaline.<kind>`. */
export type EventKind = keyof typeof dataSchemas;
export const eventKinds = Object.keys(dataSchemas) as [EventKind, ...EventKind[]];
export type EventData<K extends EventKind = EventKind> = z.infer<(typeof dataSchemas)[K]>;

/** One normalised happening, as it travels from the gateway through inbox and run. */
export const eventSchema = z.object({
  /** Identity within its source: the inbox drops a key it has seen. */
  key: z.string(),
  /** SHA-256 of the signed body: catches a replayed body under a new, unsigned delivery id. */
  bodyHash: z.string(),
  /** The delivery id that the sender gave, or the key where it gave none. */
  deliveryId: z.string(),
  source: z.string(),
  subject: z.string(),
  kind: z.enum(eventKinds),
  /** When the source says it happened, ISO 8601. */
  time: z.string(),
  /** When the gateway accepted it, ISO 8601: the first part of the order key. */
  receivedAt: z.string(),
  data: z.record(z.string(), z.json()),
  /** How many events of the platform's own led to this one. */
  depth: z.int().min(0).optional(),
  /** Id of the event that an operator had routed again as this one. */
  replayOf: z.string().optional(),
});
export type SagalineEvent = z.infer<typeof eventSchema>;

/** What was decided about one pipeline for one event; `pipeline` is null where no pipeline was reached. */
export interface Decision {
  pipeline: string | null;
  matched: boolean;
  reason: string;
  runId: string | null;
}

/** An event as the inbox remembers it and `GET /events/:id` shows it. */
export interface EventRecord {
  event: SagalineEvent;
  status: 'received' | 'routed';
  decisions: Decision[];
}
