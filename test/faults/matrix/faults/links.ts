import { isClosed } from '../../../support/api';
import { until } from '../../../support/until';
import type { Disturbed, Fault } from '../cell';
import type { LinkedStage } from '../linked-stage';
import type { Link } from '../toxiproxy';
import { endsOfWorker } from './kill';

type Name = keyof LinkedStage['links'];

const titles = { temporal: 'gateway and worker – Temporal', database: 'gateway and worker – PostgreSQL' };
/** What the gateway does not answer with 200 while it cannot reach the other side. */
const questions = { temporal: '/readyz', database: '/events' };

const linkOf = ({ stage }: Disturbed, name: Name): Link => (stage as LinkedStage).links[name];

/** Disturbed until the gateway notices, then mended. */
const broken = (name: Name, what: string, disturb: (link: Link) => Promise<void>): Fault => ({
  name: `link ${titles[name]}: ${what}`,
  ends: endsOfWorker,
  async inject(run) {
    const link = linkOf(run, name);
    await disturb(link);
    await until(`the gateway notices that its link to ${name} is broken`, async () => {
      const answer = await run.stage.world.call(questions[name]).catch(() => undefined);
      return answer?.ok !== true;
    });
    await link.mend();
    return undefined;
  },
});

/** Slow until the run is over. */
const slow = (name: Name): Fault => ({
  name: `link ${titles[name]}: delay of 150 to 250 ms each way`,
  ends: endsOfWorker,
  async inject(run) {
    const link = linkOf(run, name);
    await link.disturb('latency', { latency: 200, jitter: 50 });
    return async () => {
      await run.stage.world.untilRun(run.commit, isClosed);
      await link.mend();
    };
  },
});

export const linkFaults: Fault[] = (['temporal', 'database'] as const).flatMap((name) => [
  broken(name, 'cut', (link) => link.cut()),
  broken(name, 'reset', (link) => link.disturb('reset_peer', { timeout: 0 })),
  slow(name),
]);
