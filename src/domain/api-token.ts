import { z } from 'zod';

/** `sender` only sends events; `viewer` reads; `operator` also acts; `admin` also hands out tokens. */
export const tokenRoles = ['sender', 'viewer', 'operator', 'admin'] as const;
export type TokenRole = (typeof tokenRoles)[number];

const time = z.iso.datetime();

/** One token as it is kept: its secret is not in it. */
export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(tokenRoles),
  /** Projects in which it counts. */
  projects: z.array(z.string()).min(1),
  /** The only environments that may be changed with it; null for no limit. */
  environments: z.array(z.string()).nullable(),
  /** SHA-256 of the secret in hex: that has 256 random bits, so that no slower hash would make it harder to find. */
  hash: z.hex().length(64),
  createdAt: time,
  createdBy: z.string(),
  /** Null for one that does not expire. */
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  revokedBy: z.string().nullable(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

/** Whether a text could be the id of a token. */
export const isTokenId = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);

const shape = /^sgl_([0-9a-f]{16})_([\w-]{43})$/;

/** The bearer token of an id and its secret. */
export const tokenText = (id: string, secret: string): string => `sgl_${id}_${secret}`;

/** Id and secret of a bearer token; undefined for one that this platform has not made. */
export function parseToken(text: string): { id: string; secret: string } | undefined {
  const [, id, secret] = shape.exec(text) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

export const tokenStatuses = ['valid', 'expired', 'revoked'] as const;

/** Whether a token counts at a time (ISO 8601), and if not, why. */
export function tokenStatus(
  { expiresAt, revokedAt }: Pick<ApiToken, 'expiresAt' | 'revokedAt'>,
  now: string,
): (typeof tokenStatuses)[number] {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}

/** Why a token does not count in a project at this time (ISO 8601), or undefined when it does. */
export function refusal(token: ApiToken, project: string, now: string): string | undefined {
  const { name, projects, expiresAt, revokedAt } = token;
  const status = tokenStatus(token, now);
  if (status === 'revoked') return `the token ${name} was revoked at ${revokedAt ?? ''}`;
  if (status === 'expired') return `the token ${name} expired at ${expiresAt ?? ''}`;
  if (!projects.includes(project)) return `the token ${name} does not count in project ${project}`;
  return undefined;
}
