import { z } from 'zod';
import { repositoryName } from './repository-name';

const name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens');
/** `${env:NAME}`: a value is named, never written, in the file. */
const secretReference = z
  .string()
  .regex(/^\$\{env:[A-Za-z_]\w*\}$/, 'must be a reference such as ${env:NAME}');

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
});

/** sagaline.yaml: who may deploy what where; strict, so that a misspelt field is an error and never a silent default. */
export const configurationSchema = z.strictObject({
  apiVersion: z.literal('sagaline/v1'),
  project: name.default('default'),
  repositories: z
    .array(
      z.strictObject({
        name: repositoryName,
        url: z.string().min(1).max(2048),
        credential: z.string().optional(),
      }),
    )
    .default([]),
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
  sources: z.array(z.strictObject({ name, secrets: z.array(secretReference).min(1).max(2) })).default([]),
  services: z
    .array(z.strictObject({ name, repository: repositoryName, owner: z.string().optional() }))
    .default([]),
  environments: z.array(environmentSchema).default([]),
  queries: z.record(z.string(), z.string()).default({}),
});

export type PlatformConfiguration = z.infer<typeof configurationSchema>;
export type Environment = z.infer<typeof environmentSchema>;
