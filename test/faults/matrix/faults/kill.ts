import type { ServiceName } from '../../../support/platform-process';
import type { Fault } from '../cell';
import type { Moment } from '../moment';
import { killRelease } from './victims';

/** One check interval of the canary and a second. */
export const boundMs = 2000;

/** A router takes with it what it was answering; what comes later waits for the next one. */
const inFlightMs = 500;

const nearMigration = ({ phase, step }: Moment): boolean =>
  step === 'migrate' || (step === 'test' && phase === 'after') || (step === 'release' && phase === 'before');

/** A migration has one attempt, and one that is lost with its worker is undone. */
export const endsOfWorker: Fault['ends'] = (moment) =>
  nearMigration(moment) ? ['succeeded', 'rolled-back'] : ['succeeded'];
const succeeds: Fault['ends'] = () => ['succeeded'];
const succeedsOrNot: Fault['ends'] = () => ['succeeded', 'rolled-back'];

const service = (name: ServiceName, title: string, more: Partial<Fault> = {}): Fault => ({
  name: `SIGKILL of the ${title}`,
  inject: async ({ stage }) => {
    await stage.kill(name);
    return undefined;
  },
  ends: succeeds,
  ...more,
});

/** The parts of the platform and the releases that it runs, each killed. */
export const kills: Fault[] = [
  service('gateway', 'gateway'),
  service('worker', 'worker', { ends: endsOfWorker }),
  service('temporal', 'Temporal server'),
  service('ledger', 'database'),
  service('router', 'router', { badMs: () => inFlightMs, ends: succeedsOrNot }),
  {
    name: 'SIGKILL of the stable release',
    inject: ({ stage }) => killRelease(stage, 'stable'),
    badMs: () => boundMs,
    restarts: true,
    ends: succeedsOrNot,
  },
];

/** There is a candidate only while a canary runs. */
export const killCandidate: Fault = {
  name: 'SIGKILL of the candidate',
  inject: ({ stage }) => killRelease(stage, 'candidate'),
  badMs: () => boundMs,
  restarts: true,
  ends: succeedsOrNot,
};
