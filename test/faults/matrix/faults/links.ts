import { setTimeout as delay } from 'node:timers/promises';
import { isClosed } from '../../../support/api';
import { until } from '../../../support/until';
import type { Disturbed, Fault, Mend } from '../cell';
import type { LinkedStage } from '../linked-stage';
import type { Link } from '../toxiproxy';
import { endsOfWorker } from './kill';

type Who = keyof LinkedStage['links'];
type What = keyof LinkedStage['links'][Who];

const titles = { temporal: 'Temporal', database: 'PostgreSQL' };

/** Longer than a heartbeat timeout, after which Temporal gives what the worker does to somebody else. */
const lostMs = 15_000;

/** What the gateway does not answer with 200 while it cannot reach the other side. */
const questions = { temporal: '/readyz', database: '/events' };

const linkOf = ({ stage }: Disturbed, who: Who, what: What): Link => (stage as LinkedStage).links[who][what];

const mendAtEnd =
  ({ stage, commit }: Disturbed, link: Link): Mend =>
  async () => {
    await stage.world.untilRun(commit, isClosed);
    await link.mend();
  };

/** Lasts until it has had its effect; then the link is mended. Where no run waits for the link: until the run is over. */
const lasts: Record<Who, Record<What, (run: Disturbed, link: Link) => Promise<Mend | undefined>>> = {
  gateway: { temporal: noticed('temporal'), database: noticed('database') },
  worker: {
    async temporal(_run, link) {
      await delay(lostMs);
      await link.mend();
      return undefined;
    },
    database: (run, link) => Promise.resolve(mendAtEnd(run, link)),
  },
};

function noticed(what: What) {
  return async ({ stage: { world } }: Disturbed, link: Link): Promise<undefined> => {
    await until(`the gateway notices that its link to ${titles[what]} is broken`, async () => {
      const answer = await world.call(questions[what]).catch(() => undefined);
      return answer?.ok !== true;
    });
    await link.mend();
  };
}

const broken = (who: Who, what: What, how: string, disturb: (link: Link) => Promise<void>): Fault => ({
  name: `link ${who} – ${titles[what]}: ${how}`,
  ends: endsOfWorker,
  async inject(run) {
    const link = linkOf(run, who, what);
    await disturb(link);
    return lasts[who][what](run, link);
  },
});

/** Slow until the run is over. */
const slow = (who: Who, what: What): Fault => ({
  name: `link ${who} – ${titles[what]}: delay of 150 to 250 ms each way`,
  ends: endsOfWorker,
  async inject(run) {
    const link = linkOf(run, who, what);
    await link.disturb('latency', { latency: 200, jitter: 50 });
    return mendAtEnd(run, link);
  },
});

export const linkFaults: Fault[] = (['gateway', 'worker'] as const).flatMap((who) =>
  (['temporal', 'database'] as const).flatMap((what) => [
    broken(who, what, 'cut', (link) => link.cut()),
    broken(who, what, 'reset', (link) => link.disturb('reset_peer', { timeout: 0 })),
    slow(who, what),
  ]),
);
