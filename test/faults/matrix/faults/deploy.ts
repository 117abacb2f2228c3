import type { Fault } from '../cell';

const nothing: Fault['inject'] = () => Promise.resolve(undefined);
const undone: Fault['ends'] = () => ['rolled-back'];

/** A candidate that does not start, and never gets users. */
const unready = (name: string, start: string): Fault => ({
  name,
  version: { start, canary: { readyTimeout: '2s' } },
  inject: nothing,
  ends: undone,
});

export const unreadyDeploys: Fault[] = [
  unready('a candidate that ends at once', 'exit 1'),
  unready('a candidate that never gets ready', 'sleep 1000'),
];

/** Candidates that get users and then turn out to be bad. */
export const halfDeploys: Fault[] = [
  {
    name: 'a candidate that starts and keeps dying',
    version: { start: 'node dist/server.js & sleep 1; kill -KILL $!; exit 1' },
    inject: nothing,
    badMs: () => 4000,
    ends: undone,
  },
  {
    name: 'a candidate that answers every second request with 500',
    version: { failShare: 0.5 },
    inject: nothing,
    badCandidate: true,
    ends: undone,
  },
];
