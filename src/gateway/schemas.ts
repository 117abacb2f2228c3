import { z } from 'zod';
import { type ApiToken, apiTokenSchema, tokenRoles, tokenStatuses } from '../domain/api-token';
import { name } from '../domain/configuration';
import { durationSchema } from '../domain/duration-schema';
import { dataSchemas, eventKinds } from '../domain/event';
import { approvalSchema, canaryDecisionSchema, resolutionSchema, rollbackSchema } from '../domain/operator';
import { runStatuses } from '../domain/run';

/** A text to look for; nothing that is kept holds a NUL, and neither PostgreSQL nor Temporal could be asked for one. */
const wantedText = z.string().refine((text) => !text.includes('\0'), 'must hold no NUL');

/** Filters of `GET /runs`; one that is not known is an error, because ignoring it would show too much. */
export const runFilterSchema = z.strictObject({
  status: z.enum(runStatuses).optional(),
  repository: wantedText.optional(),
  pipeline: wantedText.optional(),
  service: wantedText.optional(),
  environment: wantedText.optional(),
  commit: wantedText.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.base64url().max(4096).optional(),
});

const page = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.base64url().max(4096).optional(),
};
const span = {
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
};

/** Filters of `GET /events` and `GET /dead-letters`: `text` is searched in subject, source, kind and data. */
export const eventFilterSchema = z.strictObject({
  source: wantedText.optional(),
  kind: z.enum(eventKinds).optional(),
  subject: wantedText.optional(),
  repository: wantedText.optional(),
  status: z.enum(['routed', 'dead-letter']).optional(),
  matched: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  text: wantedText.min(1).max(500).optional(),
  ...span,
  ...page,
});

/** Filters of `GET /audit`. */
export const auditFilterSchema = z.strictObject({
  actor: wantedText.optional(),
  action: wantedText.optional(),
  target: wantedText.optional(),
  ...span,
  ...page,
});

/** Filters of `GET /releases`: `at` shows what was live at that time. */
export const releaseFilterSchema = z.strictObject({
  service: wantedText.optional(),
  environment: wantedText.optional(),
  commit: wantedText.optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  ...span,
  ...page,
});

/** Body of `POST /ledger/rebuild`: from when on; Temporal retains only so much. */
export const rebuildSchema = z.strictObject({
  since: z.iso.datetime({ offset: true }).default('1970-01-01T00:00:00Z'),
  reason: z.string().max(1000).optional(),
});

/** The head of an earlier check, which must still be part of the chain. */
export const auditHeadSchema = z.strictObject({
  seq: z.coerce.number().int().min(1).optional(),
  hash: z.hex().length(64).optional(),
});

/** `follow=1` keeps the answer open until the step is closed. */
export const logQuerySchema = z.strictObject({ follow: z.enum(['0', '1']).default('0') });

/** Body of the operator actions on a run; who acts is said by the token. */
export const actionSchema = z.strictObject({
  step: z.string().optional(),
  reason: z.string().max(1000).optional(),
});
export const approvalBodySchema = approvalSchema.omit({ actor: true, teams: true, aliases: true });
export const decideBodySchema = canaryDecisionSchema.omit({ actor: true, command: true });
export const resolveBodySchema = resolutionSchema.omit({ actor: true });
export const rollbackBodySchema = rollbackSchema.omit({ actor: true });

/** Body of `POST /runs`; the commit is the head of `ref`, and the author is said by the token. */
export const startRunSchema = z.strictObject(
  dataSchemas.manual.omit({ commit: true, author: true, environments: true }).shape,
);

/** A payload as Temporal's remote codecs exchange it: protobuf in JSON. */
export const codecPayloadSchema = z.object({
  metadata: z.record(z.string(), z.base64()).default({}),
  data: z.base64().default(''),
});

/** Body and answer of `POST /codec/encode` and `/codec/decode`. */
export const codecSchema = z.object({ payloads: z.array(codecPayloadSchema) });

const links = z.record(z.string(), z.unknown());

/** What the sender of an event is answered. */
export const acceptedSchema = z.object({
  id: z.string(),
  deliveryId: z.string(),
  source: z.string(),
  subject: z.string(),
  inbox: z.string(),
  links,
});

/** The same for a batch: one answer for each event, in their order. */
export const acceptedOneOrManySchema = z.union([acceptedSchema, z.array(acceptedSchema)]);

/** What who starts a run by hand is answered: `runId` is what the run is called if routing starts it. */
export const startedSchema = acceptedSchema.extend({ runId: z.string() });

/** What an action is answered that takes effect later: the run that it is about, or that it started. */
export const acceptedRunSchema = z.object({ id: z.string(), links });

/** Who the token says that one is. */
export const whoamiSchema = z.object({
  name: z.string(),
  role: z.enum(tokenRoles),
  teams: z.array(z.string()),
  environments: z
    .array(z.string())
    .nullable()
    .describe('the only ones that may be changed; null for no limit'),
});

/** Body of `POST /tokens`. Only an operator can be limited to environments: the others change none, or everything. */
export const newTokenSchema = z
  .strictObject({
    name,
    role: z.enum(tokenRoles),
    projects: z.array(name).min(1).max(100).optional().describe('where it counts; this project when absent'),
    environments: z.array(name).min(1).max(100).optional().describe('the only ones that it may change'),
    expiresIn: z.union([durationSchema, z.literal('never')]).describe('a duration such as 90d, or never'),
    reason: z.string().max(1000).optional(),
  })
  .refine(({ role, environments }) => environments === undefined || role === 'operator', {
    path: ['environments'],
    message: 'limit an operator only: sender and viewer change none, an admin may change all',
  });
export type NewToken = z.infer<typeof newTokenSchema>;

/** A token without its secret. */
export const tokenSchema = apiTokenSchema.omit({ hash: true }).extend({
  status: z.enum(tokenStatuses),
}) satisfies z.ZodType<Omit<ApiToken, 'hash'>>;
/** Answer of `GET /tokens`. */
export const tokenListSchema = z.object({ tokens: z.array(tokenSchema) });
/** Answer of `POST /tokens`. */
export const createdTokenSchema = tokenSchema.extend({
  token: z.string().describe('send it as the bearer token'),
});

/** An error, after RFC 9457. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  whatToDo: z.string(),
  instance: z.string().optional(),
});
