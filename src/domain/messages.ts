/** Names of workflow types, signals, queries and updates: what a client outside a workflow may say to one. */
export const taskQueue = 'sagaline';

/** What pipelines and settings call the default pool, which also executes workflows. */
export const defaultPool = 'default';

/** Task queue of a pool's activities; null is the default pool, too. */
export const poolQueue = (pool: string | null): string =>
  pool === null || pool === defaultPool ? taskQueue : `${taskQueue}-${pool}`;

export const workflowTypes = {
  inbox: 'inbox',
  run: 'run',
  canary: 'canary',
  lane: 'lane',
  group: 'group',
  scheduled: 'scheduled',
  waits: 'waits',
} as const;

export const signals = {
  deliver: 'deliver',
  granted: 'granted',
  refused: 'refused',
  request: 'request',
  finish: 'finish',
  progress: 'progress',
  operator: 'operator',
  yield: 'yield',
  register: 'register',
  leave: 'leave',
  offer: 'offer',
  awaited: 'awaited',
} as const;

export const queries = { state: 'state', event: 'event', retry: 'retry' } as const;

export const updates = {
  resolve: 'resolve',
  decide: 'decide',
  rollback: 'rollback',
  approve: 'approve',
  reject: 'reject',
} as const;

/** Keyword search attributes, registered in the namespace at start. */
export const searchAttributes = [
  'SagalineProject',
  'SagalineRepository',
  'SagalinePipeline',
  'SagalineService',
  'SagalineEnvironment',
  'SagalineCommit',
  'SagalineEventId',
  'SagalineStatus',
] as const;
