import { ownSource } from './cdevents';

/** Sources of the platform's own events: what is started by hand, and what a `schedule` trigger fires. */
export const manualSource = 'manual';
export const scheduleSource = 'schedule';

/** CloudEvents attribute that says how many events of the platform's own led to one, so that a loop through others is seen. */
export const depthAttribute = 'sagalinedepth';

/** Names that no user-written source may have: the vendors', present and planned, and those of the platform's own events. */
export const reservedSources: readonly string[] = [
  'alertmanager',
  'bitbucket',
  'dockerhub',
  'eventbridge',
  'eventgrid',
  'forgejo',
  'gitea',
  'github',
  'gitlab',
  'grafana',
  'harbor',
  'pubsub',
  'registry',
  'standard',
  'cloudevents',
  'events',
  manualSource,
  ownSource,
  scheduleSource,
];
