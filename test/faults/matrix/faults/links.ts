import { setTimeout as delay } from 'node:timers/promises';
import { isClosed } from '../../../support/api';
import { until } from '../../../support/until';
import type { Disturbed, Fault, Mend } from '../cell';
import { type LinkedStage, type LinkName, linkNames } from '../linked-stage';
import type { Link } from '../toxiproxy';
import { endsOfWorker } from './kill';

/** Longer than a heartbeat timeout, after which Temporal gives what the worker does to somebody else. */
const lostMs = 15_000;

/** Long enough for several questions and answers of a canary. */
const severalIntervalsMs = 5000;

type Lasts = (run: Disturbed, link: Link) => Promise<Mend | undefined>;

/** Where no run waits for the link: until the run is over. */
const untilTheEnd: Lasts = ({ stage, commit }, link) =>
  Promise.resolve(async () => {
    await stage.world.untilRun(commit, isClosed);
    await link.mend();
  });

const forMs =
  (ms: number): Lasts =>
  async (_run, link) => {
    await delay(ms);
    await link.mend();
    return undefined;
  };

/** Until the gateway answers a question that needs the other side with something else than 200. */
const untilNoticed =
  (question: string): Lasts =>
  async ({ stage: { world } }, link) => {
    await until(`the gateway notices that its link is broken by ${question}`, async () => {
      const answer = await world.call(question).catch(() => undefined);
      return answer?.ok !== true;
    });
    await link.mend();
    return undefined;
  };

/** How long a link is broken, so that it has its effect, and whether a canary alone uses it. */
const broken: Record<LinkName, { lasts: Lasts; ofCanary: boolean }> = {
  'gateway – Temporal': { lasts: untilNoticed('/readyz'), ofCanary: false },
  'gateway – PostgreSQL': { lasts: untilNoticed('/events'), ofCanary: false },
  'worker – Temporal': { lasts: forMs(lostMs), ofCanary: false },
  'worker – PostgreSQL': { lasts: untilTheEnd, ofCanary: false },
  'worker – target': { lasts: forMs(severalIntervalsMs), ofCanary: true },
  'others – router': { lasts: forMs(severalIntervalsMs), ofCanary: true },
};

const fault = (name: LinkName, how: string, disturb: (link: Link) => Promise<void>, lasts: Lasts): Fault => ({
  name: `link ${name}: ${how}`,
  ends: endsOfWorker,
  async inject(run) {
    const link = (run.stage as LinkedStage).links[name];
    await disturb(link);
    return lasts(run, link);
  },
});

/** Each way in which each link can be disturbed, and whether a canary alone uses it. */
export const linkFaults: { fault: Fault; ofCanary: boolean }[] = linkNames.flatMap((name) => {
  const { lasts, ofCanary } = broken[name];
  const delays = (link: Link) => link.disturb('latency', { latency: 200, jitter: 50 });
  return [
    fault(name, 'cut', (link) => link.cut(), lasts),
    fault(name, 'reset', (link) => link.disturb('reset_peer', { timeout: 0 }), lasts),
    fault(name, 'delay of 150 to 250 ms each way', delays, untilTheEnd),
  ].map((one) => ({ fault: one, ofCanary }));
});
