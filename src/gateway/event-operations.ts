import { z } from 'zod';
import {
  auditCheckSchema,
  auditListSchema,
  deadLetterListSchema,
  eventAnswerSchema,
  eventListSchema,
} from './answers';
import type { Operation } from './operation';
import { releaseListSchema } from './release-answers';
import {
  acceptedOneOrManySchema,
  acceptedSchema,
  actionSchema,
  auditFilterSchema,
  auditHeadSchema,
  eventFilterSchema,
  rebuildSchema,
  releaseFilterSchema,
} from './schemas';

const accepted = { status: 202, answer: acceptedSchema } as const;
const anyJson = z.record(z.string(), z.unknown());
const onLedger = { method: 'get', errors: ['LedgerUnavailable'], status: 200 } as const;

/** Calls about events, and what the ledger keeps. */
export const eventOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/events',
    summary: 'Send CloudEvents: binary, structured or batched',
    body: z.union([anyJson, z.array(anyJson)]),
    types: ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'],
    headers: {
      'ce-id': 'With application/json, as every attribute of the event',
      'ce-source': 'With application/json',
      'ce-type': 'With application/json',
      'ce-specversion': 'With application/json: 1.0',
    },
    errors: ['NotUnderstood', 'RateLimited'],
    status: 202,
    answer: acceptedOneOrManySchema,
  },
  {
    method: 'options',
    path: '/events',
    summary: 'CloudEvents webhook handshake',
    open: true,
    headers: { 'WebHook-Request-Origin': 'Who wants to send' },
    errors: ['Malformed'],
    status: 200,
  },
  {
    path: '/events',
    summary: 'Accepted events, newest first',
    query: eventFilterSchema,
    answer: eventListSchema,
    ...onLedger,
  },
  {
    path: '/dead-letters',
    summary: 'Authentic deliveries that were not understood, newest first',
    query: eventFilterSchema,
    answer: deadLetterListSchema,
    ...onLedger,
  },
  {
    method: 'post',
    path: '/dead-letters/:id/replay',
    summary: 'Read a dead letter once more, by the rules of now',
    body: actionSchema,
    errors: ['WrongState', 'NotUnderstood', 'RateLimited', 'KeyMissing', 'LedgerUnavailable'],
    status: 202,
    answer: acceptedOneOrManySchema,
  },
  {
    method: 'post',
    path: '/events/:id/replay',
    summary: 'Route an event again, as a new one that names it',
    body: actionSchema,
    errors: ['WrongState', 'RateLimited', 'KeyMissing'],
    ...accepted,
  },
  {
    path: '/releases',
    summary: 'What was released where and when, newest first; `at` shows what was live at a time',
    query: releaseFilterSchema,
    answer: releaseListSchema,
    ...onLedger,
  },
  {
    path: '/audit',
    summary: 'Who did what, newest first',
    query: auditFilterSchema,
    answer: auditListSchema,
    ...onLedger,
  },
  {
    path: '/audit/check',
    summary: 'Whether the audit is what was written; `seq` and `hash` are the head of an earlier check',
    query: auditHeadSchema,
    answer: auditCheckSchema,
    ...onLedger,
  },
  {
    method: 'post',
    path: '/ledger/rebuild',
    admin: true,
    errors: ['LedgerUnavailable'],
    summary: 'Write what the ledger misses, from the histories: a line of JSON for each inbox that was read',
    body: rebuildSchema,
    status: 200,
    text: 'application/x-ndjson',
  },
  {
    method: 'get',
    path: '/events/:id',
    summary: 'An event, and what was decided about it',
    errors: ['KeyMissing'],
    status: 200,
    answer: eventAnswerSchema,
  },
  {
    method: 'post',
    path: '/hooks/:source',
    summary: 'A signed webhook: docs/sources.md says which sources there are, and what each signs',
    open: true,
    body: z.union([anyJson, z.array(anyJson)]),
    errors: [
      'Unauthenticated',
      'NotAllowed',
      'NotUnderstood',
      'RateLimited',
      'Unavailable',
      'InvalidConfiguration',
    ],
    status: 202,
    answer: acceptedOneOrManySchema,
  },
];
