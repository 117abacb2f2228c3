import { runAnswerSchema, runListSchema } from './answers';
import type { Operation } from './operation';
import {
  acceptedRunSchema,
  actionSchema,
  approvalBodySchema,
  logQuerySchema,
  decideBodySchema,
  resolveBodySchema,
  runFilterSchema,
  startedSchema,
  startRunSchema,
} from './schemas';

const run = { status: 200, answer: runAnswerSchema } as const;
const onRun = { method: 'post', errors: ['NotAllowed', 'WrongState', 'KeyMissing'] } as const;

/** Calls about runs. */
export const runOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/runs',
    summary: 'Runs, newest first',
    query: runFilterSchema,
    errors: ['KeyMissing'],
    status: 200,
    answer: runListSchema,
  },
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
    errors: ['NotFound', 'RateLimited'],
    status: 202,
    answer: startedSchema,
  },
  {
    method: 'get',
    path: '/runs/:id',
    summary: 'A run with its steps and compensations',
    errors: ['KeyMissing'],
    ...run,
  },
  {
    method: 'get',
    path: '/runs/:id/steps/:step/logs',
    summary: "A step's log",
    query: logQuerySchema,
    headers: { Range: 'One range of bytes' },
    errors: ['RangeNotSatisfiable', 'BlobsUnavailable', 'KeyMissing'],
    status: 200,
    also: [206],
    text: 'text/plain',
  },
  {
    ...onRun,
    path: '/runs/:id/cancel',
    summary: 'Stop and undo a run',
    body: actionSchema,
    status: 202,
    answer: acceptedRunSchema,
  },
  {
    ...onRun,
    path: '/runs/:id/retry',
    summary: 'Go on where a closed run ended, as a run of its own',
    body: actionSchema,
    status: 202,
    answer: acceptedRunSchema,
  },
  {
    ...onRun,
    path: '/runs/:id/approve',
    summary: 'Say yes to an approval that waits, or to a release in a freeze',
    body: approvalBodySchema,
    ...run,
  },
  {
    ...onRun,
    path: '/runs/:id/reject',
    summary: 'Say no to an approval that waits',
    body: approvalBodySchema,
    ...run,
  },
  {
    ...onRun,
    path: '/runs/:id/promote',
    summary: 'Take a canary now, whatever its checks say',
    body: decideBodySchema,
    ...run,
  },
  {
    ...onRun,
    path: '/runs/:id/abort',
    summary: 'Take a canary back and undo the run',
    body: decideBodySchema,
    ...run,
  },
  {
    ...onRun,
    path: '/runs/:id/resolve',
    summary: 'Decide about an undo that keeps failing',
    body: resolveBodySchema,
    ...run,
  },
];
