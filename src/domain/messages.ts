/** Names of workflow types, signals, queries and updates: what a client outside a workflow may say to one. */
export const taskQueue = 'sagaline';

export const workflowTypes = {
  inbox: 'inbox',
  run: 'run',
  canary: 'canary',
  lane: 'lane',
  group: 'group',
} as const;

export const signals = {
  deliver: 'deliver',
  granted: 'granted',
  refused: 'refused',
  request: 'request',
  finish: 'finish',
  progress: 'progress',
  operator: 'operator',
} as const;

export const queries = { state: 'state', event: 'event' } as const;

export const updates = { resolve: 'resolve', decide: 'decide', rollback: 'rollback' } as const;

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
