import type { Operation } from './operation';
import { actionSchema, createdTokenSchema, newTokenSchema, tokenListSchema, tokenSchema } from './schemas';

const byAdmin = { admin: true, errors: ['NotAllowed', 'LedgerUnavailable'] } as const;

/** Calls about tokens. */
export const tokenOperations: readonly Operation[] = [
  {
    ...byAdmin,
    method: 'get',
    path: '/tokens',
    summary: 'Tokens of this project, newest first, without their secrets',
    status: 200,
    answer: tokenListSchema,
  },
  {
    ...byAdmin,
    method: 'post',
    path: '/tokens',
    summary: 'Make a token; its secret is in this answer alone',
    body: newTokenSchema,
    errors: [...byAdmin.errors, 'NotFound', 'WrongState'],
    status: 201,
    answer: createdTokenSchema,
  },
  {
    ...byAdmin,
    method: 'post',
    path: '/tokens/:id/revoke',
    summary: 'End a token for good',
    body: actionSchema,
    status: 200,
    answer: tokenSchema,
  },
];
