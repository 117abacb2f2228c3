import { z } from 'zod';
import { durationSchema } from './duration-schema';
import { freezeSchema } from './freeze-schema';
import { redeliverSchema } from './redelivery-schema';
import { repositoryName } from './repository-name';

/** A name in sagaline.yaml. */
export const name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens');
/** `${env:NAME}`: a value is named, never written, in the file. */
const secretReference = z
  .string()
  .regex(/^\$\{env:[A-Za-z_]\w*\}$/, 'must be a reference such as ${env:NAME}');

/** Hosts of repositories that can show what became of a commit. */
export const reportKinds = ['github', 'gitlab', 'gitea'] as const;

const repositorySchema = z.strictObject({
  name: repositoryName,
  url: z.string().min(1).max(2048),
  credential: z.string().optional(),
  /** What becomes of pull requests from forks, whose code anybody may have written. */
  forks: z.enum(['approve', 'run', 'ignore']).default('approve'),
  /** Where the host of the repository is told what becomes of its commits. */
  report: z
    .strictObject({
      kind: z.enum(reportKinds),
      /** Base of the host's API, such as https://api.github.com. */
      url: z.url({ protocol: /^https?$/, error: 'must be a URL such as https://api.github.com' }),
      credential: z.string(),
    })
    .optional(),
});

const allowSchema = z.strictObject({
  repositories: z.array(repositoryName).min(1),
  refs: z.array(z.string().startsWith('refs/')).min(1),
  pipelines: z.array(z.string()).min(1),
});

export const environmentSchema = z.strictObject({
  name,
  target: z.strictObject({
    kind: z.string(),
    /** Fixed ports of the router by service; a lane not named here gets a free one. */
    ports: z.record(z.string(), z.int().min(1).max(65_535)).default({}),
  }),
  metrics: z.strictObject({ kind: z.string() }),
  pool: name.optional(),
  allow: allowSchema,
  secrets: z.array(z.string().regex(/^[A-Za-z_]\w*$/)).default([]),
  approvers: z.array(z.string()).default([]),
  /** Times in which no pipeline releases here, whatever its own file says. */
  freeze: z.array(freezeSchema).max(20).default([]),
});

/** Name of the actor of SAGALINE_TOKEN. */
export const firstAdminName = 'admin';

const team = z.string().min(1).max(63);

/** Somebody who may use the control API, by a token of their own. */
export const personSchema = z.strictObject({
  name: z.string().min(1).max(200),
  token: secretReference,
  /** `viewer` reads; `operator` also acts; `admin` counts as a member of every team. */
  role: z.enum(['viewer', 'operator', 'admin']).default('operator'),
  teams: z.array(team).default([]),
  /** Names by which sources call this person, such as an e-mail address or a login: nobody approves an own change. */
  aliases: z.array(z.string().min(1).max(320)).default([]),
});

/** What one sender may send by a source, at each gateway. */
const sourceLimitsSchema = z.strictObject({
  rate: z
    .strictObject({
      /** Events a second in the long run. */
      perSecond: z.number().positive().max(100_000),
      /** Events at once. */
      burst: z.int().min(1).max(1_000_000),
    })
    .optional(),
  /** Bytes of one body; the source's own limit stays the highest. */
  bytes: z.int().min(1_024).optional(),
});

/** Where messages, outgoing events and alerts go. */
export const sinkSchema = z.strictObject({
  name,
  kind: z.string(),
  url: z.union([secretReference, z.url()]).optional(),
  /** Sent as a bearer token. */
  secret: secretReference.optional(),
  /** Whether alerts of the platform itself go here: an undo that keeps failing, a canary that is held. */
  alerts: z.boolean().default(true),
});

/** sagaline.yaml: who may deploy what where; strict, so that a misspelt field is an error and never a silent default. */
export const configurationSchema = z.strictObject({
  apiVersion: z.literal('sagaline/v1'),
  project: name.default('default'),
  repositories: z.array(repositorySchema).default([]),
  credentials: z
    .array(
      z.strictObject({
        name: z.string(),
        host: z.string(),
        user: z.string().default('x-access-token'),
        secret: secretReference,
      }),
    )
    .default([]),
  sources: z
    .array(
      z.strictObject({
        name,
        /** Beside SAGALINE_SECRET_<SOURCE>; a source without any refuses everything. */
        secrets: z.array(secretReference).max(2).default([]),
        /** For a user-written source: the package or file that exports it. */
        package: z.string().min(1).max(500).optional(),
        limits: sourceLimitsSchema.optional(),
        /** For `github`: hooks whose missed deliveries are asked for again. */
        redeliver: redeliverSchema.optional(),
      }),
    )
    .default([]),
  services: z
    .array(z.strictObject({ name, repository: repositoryName, owner: z.string().optional() }))
    .default([]),
  environments: z.array(environmentSchema).default([]),
  queries: z.record(z.string(), z.string()).default({}),
  people: z.array(personSchema).default([]),
  sinks: z.array(sinkSchema).default([]),
  /** Pools of workers beside the default one; `runsOn` and `environments[].pool` name them. */
  pools: z.array(name).default([]),
  /** User-written steps: the name for `uses`, and the package or file that exports it. */
  steps: z.array(z.strictObject({ name, package: z.string().min(1).max(500) })).default([]),
  /** How long the ledger keeps what; what is not named stays for ever, and the audit always does. */
  ledger: z
    .strictObject({
      retention: z
        .strictObject({
          events: durationSchema.optional(),
          deadLetters: durationSchema.optional(),
          runs: durationSchema.optional(),
          releases: durationSchema.optional(),
        })
        .default({}),
    })
    .default({ retention: {} }),
  /** Private address ranges that outgoing calls may reach, such as 10.0.0.0/8; the public internet always. */
  network: z
    .strictObject({ allow: z.array(z.union([z.cidrv4(), z.cidrv6()])).default([]) })
    .default({ allow: [] }),
});

export type PlatformConfiguration = z.infer<typeof configurationSchema>;
export type Retention = PlatformConfiguration['ledger']['retention'];
export type Environment = z.infer<typeof environmentSchema>;
export type ReportKind = (typeof reportKinds)[number];
export type Person = z.infer<typeof personSchema>;
export type SinkSettings = z.infer<typeof sinkSchema>;
