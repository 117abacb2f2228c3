import { z } from 'zod';
import {
  acceptedRunSchema,
  acceptedSchema,
  actionSchema,
  approvalBodySchema,
  auditFilterSchema,
  auditHeadSchema,
  codecSchema,
  eventFilterSchema,
  logQuerySchema,
  decideBodySchema,
  resolveBodySchema,
  rollbackBodySchema,
  runFilterSchema,
  startedSchema,
  startRunSchema,
  whoamiSchema,
} from './schemas';

/** One call of the HTTP API, as /openapi.json describes it. */
export interface Operation {
  method: 'get' | 'post' | 'options';
  /** As Express writes it. */
  path: string;
  summary: string;
  /** True when no bearer token is asked for. */
  open?: true;
  query?: z.ZodObject;
  /** Headers that it reads, each with what it means. */
  headers?: Readonly<Record<string, string>>;
  body?: z.ZodType;
  /** Of success. */
  status: number;
  answer?: z.ZodType;
}

const accepted = { status: 202, answer: acceptedSchema } as const;
const anyJson = z.record(z.string(), z.unknown());
const shown = { status: 200, answer: anyJson } as const;
const health = { method: 'get', open: true, ...shown } as const;

/** Every call that the gateway answers; a test holds it against the app. */
export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/events',
    summary: 'Send CloudEvents: binary, structured or batched',
    body: anyJson,
    ...accepted,
  },
  { method: 'options', path: '/events', summary: 'CloudEvents webhook handshake', open: true, status: 200 },
  {
    method: 'get',
    path: '/events',
    summary: 'Accepted events, newest first',
    query: eventFilterSchema,
    ...shown,
  },
  {
    method: 'get',
    path: '/dead-letters',
    summary: 'Authentic deliveries that were not understood, newest first',
    query: eventFilterSchema,
    ...shown,
  },
  {
    method: 'post',
    path: '/events/:id/replay',
    summary: 'Route an event again, as a new one that names it',
    body: actionSchema,
    ...accepted,
  },
  {
    method: 'get',
    path: '/audit',
    summary: 'Who did what, newest first',
    query: auditFilterSchema,
    ...shown,
  },
  {
    method: 'get',
    path: '/audit/check',
    summary: 'Whether the audit is what was written; `seq` and `hash` are the head of an earlier check',
    query: auditHeadSchema,
    ...shown,
  },
  { method: 'get', path: '/events/:id', summary: 'An event, and what was decided about it', ...shown },
  {
    method: 'post',
    path: '/hooks/:source',
    summary: 'A signed webhook',
    open: true,
    body: anyJson,
    ...accepted,
  },
  { method: 'get', path: '/runs', summary: 'Runs, newest first', query: runFilterSchema, ...shown },
  {
    method: 'post',
    path: '/runs',
    summary: 'Start a pipeline by hand',
    headers: {
      'Idempotency-Key':
        '1 to 200 visible ASCII characters, new for each start. Of all requests with one key for one repository and ref, ' +
        'the first that arrives counts: the others start nothing, and are answered with 202 even if their body is another.',
    },
    body: startRunSchema,
    status: 202,
    answer: startedSchema,
  },
  { method: 'get', path: '/runs/:id', summary: 'A run with its steps and compensations', ...shown },
  {
    method: 'get',
    path: '/runs/:id/steps/:step/logs',
    summary: "A step's log",
    query: logQuerySchema,
    status: 200,
  },
  {
    method: 'post',
    path: '/runs/:id/cancel',
    summary: 'Stop and undo a run',
    body: actionSchema,
    status: 202,
    answer: acceptedRunSchema,
  },
  {
    method: 'post',
    path: '/runs/:id/retry',
    summary: 'Go on where a closed run ended, as a run of its own',
    body: actionSchema,
    status: 202,
    answer: acceptedRunSchema,
  },
  {
    method: 'post',
    path: '/runs/:id/approve',
    summary: 'Say yes to an approval that waits, or to a release in a freeze',
    body: approvalBodySchema,
    ...shown,
  },
  {
    method: 'post',
    path: '/runs/:id/reject',
    summary: 'Say no to an approval that waits',
    body: approvalBodySchema,
    ...shown,
  },
  {
    method: 'post',
    path: '/runs/:id/promote',
    summary: 'Take a canary now, whatever its checks say',
    body: decideBodySchema,
    ...shown,
  },
  {
    method: 'post',
    path: '/runs/:id/abort',
    summary: 'Take a canary back and undo the run',
    body: decideBodySchema,
    ...shown,
  },
  {
    method: 'post',
    path: '/runs/:id/resolve',
    summary: 'Decide about an undo that keeps failing',
    body: resolveBodySchema,
    ...shown,
  },
  { method: 'get', path: '/lanes', summary: 'Every lane', ...shown },
  { method: 'get', path: '/lanes/:service/:environment', summary: 'What is live, and who waits', ...shown },
  {
    method: 'post',
    path: '/lanes/:service/:environment/rollback',
    summary: 'Back to an earlier release',
    body: rollbackBodySchema,
    ...shown,
  },
  {
    method: 'get',
    path: '/whoami',
    summary: 'Who the token says that one is',
    status: 200,
    answer: whoamiSchema,
  },
  {
    method: 'post',
    path: '/codec/encode',
    summary: 'Encrypt payloads as the platform does, after the protocol of remote codecs; for admins',
    body: codecSchema,
    status: 200,
    answer: codecSchema,
  },
  {
    method: 'post',
    path: '/codec/decode',
    summary: 'Decrypt payloads of the platform, after the protocol of remote codecs; for admins',
    body: codecSchema,
    status: 200,
    answer: codecSchema,
  },
  { path: '/healthz', summary: 'The process lives', ...health },
  { path: '/readyz', summary: 'Temporal answers', ...health },
  { method: 'get', path: '/metrics', summary: 'Prometheus metrics', open: true, status: 200 },
  { path: '/openapi.json', summary: 'This document', ...health },
];
