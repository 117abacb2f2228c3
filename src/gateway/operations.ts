import { z } from 'zod';
import { healthSchema, laneAnswerSchema, laneLaterSchema, laneListSchema } from './answers';
import { eventOperations } from './event-operations';
import type { Operation } from './operation';
import { runOperations } from './run-operations';
import { tokenOperations } from './token-operations';
import { codecSchema, rollbackBodySchema, whoamiSchema } from './schemas';

const anyJson = z.record(z.string(), z.unknown());

/** Every call that the gateway answers; a test holds it against the app. */
export const operations: readonly Operation[] = [
  ...eventOperations,
  ...runOperations,
  ...tokenOperations,
  {
    method: 'get',
    path: '/lanes',
    summary: 'Every lane',
    errors: ['KeyMissing'],
    status: 200,
    answer: laneListSchema,
  },
  {
    method: 'get',
    path: '/lanes/:service/:environment',
    summary: 'What is live, and who waits',
    errors: ['KeyMissing'],
    status: 200,
    answer: laneAnswerSchema,
  },
  {
    method: 'post',
    path: '/lanes/:service/:environment/rollback',
    summary: 'Back to an earlier release',
    body: rollbackBodySchema,
    errors: ['WrongState', 'KeyMissing', 'TargetUnavailable'],
    status: 200,
    answer: laneAnswerSchema,
    later: laneLaterSchema,
  },
  {
    method: 'get',
    path: '/whoami',
    summary: 'Who the token says that one is',
    status: 200,
    answer: whoamiSchema,
  },
  {
    method: 'options',
    path: '/codec/encode',
    summary: 'What a browser asks first: the page of SAGALINE_CODEC_ORIGIN may send a token',
    open: true,
    status: 204,
  },
  {
    method: 'post',
    path: '/codec/encode',
    admin: true,
    summary: 'Encrypt payloads as the platform does, after the protocol of remote codecs',
    body: codecSchema,
    status: 200,
    answer: codecSchema,
  },
  {
    method: 'options',
    path: '/codec/decode',
    summary: 'What a browser asks first: the page of SAGALINE_CODEC_ORIGIN may send a token',
    open: true,
    status: 204,
  },
  {
    method: 'post',
    path: '/codec/decode',
    admin: true,
    errors: ['KeyMissing'],
    summary: 'Decrypt payloads of the platform, after the protocol of remote codecs',
    body: codecSchema,
    status: 200,
    answer: codecSchema,
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'The process lives',
    open: true,
    status: 200,
    answer: healthSchema,
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Temporal answers',
    open: true,
    errors: ['Unavailable'],
    status: 200,
    answer: healthSchema,
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Prometheus metrics',
    open: true,
    status: 200,
    text: 'text/plain',
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    open: true,
    status: 200,
    answer: anyJson,
  },
];
