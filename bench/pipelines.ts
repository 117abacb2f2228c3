import { Client, Connection } from '@temporalio/client';
import type { BenchContext } from './bench';
import { startChild } from './child';
import { addConfiguration, logSink } from './configuration';
import { type Delivered, deliverRuns } from './delivered-runs';
import { type Figure, figure, median, type Target } from './figures';
import { measureOrder } from './peers/contender';
import { byHandQueue, temporalByHand } from './peers/temporal';
import { messages } from './peers/trivial';
import { partFigures } from './run-parts';

const warmUp = 10;
const aloneRounds = 60;
const inFlight = 50;
const rounds = 4;
const perRound = 400;

/** On PostgreSQL: pipelines a minute, and the time of one alone from webhook to finished in ms. */
const targets = { atLeastPerMinute: 2100, atMostMs: 80 };

const steps = messages.map((message) => ({ uses: 'notify', with: { to: 'log', message } }));

/** From a webhook to the end of a run of five trivial steps, everything included, beside the least that Temporal itself takes. */
export async function pipelinesBench(context: BenchContext): Promise<Figure[]> {
  const { folder, stage, backend, signal, say, scaled } = context;
  const { temporal, namespace } = stage.platform;
  await addConfiguration(folder, logSink);
  const stopByHand = await startChild('by-hand/worker.js', [temporal, namespace, byHandQueue]);
  const connection = await Connection.connect({ address: temporal });
  const client = new Client({ connection, namespace });
  const bare = temporalByHand(client, 'local');
  const delivered = await deliverRuns(context, client, steps);
  try {
    say(`one alone, in turns with the bare one: ${String(scaled(aloneRounds))}`);
    const [alone, bareAlone]: [number[], number[]] = [[], []];
    const all: Delivered[] = [];
    for (let at = 0; at < warmUp + scaled(aloneRounds); at++) {
      signal.throwIfAborted();
      const one = await delivered.deliver(0);
      all.push(one);
      const { closeTime } = await one.run.describe();
      const { ms } = await bare.measure({ work: 'steps', count: 1, inFlight: 1 });
      if (at < warmUp || closeTime === undefined) continue;
      alone.push(closeTime.getTime() - one.sentAt);
      bareAlone.push(...ms);
    }
    const parts = await partFigures(client, all, warmUp);
    const order = { work: 'steps', count: scaled(perRound), inFlight } as const;
    // A branch each, so that no event waits for another; nobody's first round counts, in which the branches are new.
    const free = Array.from({ length: inFlight }, (_, lane) => lane + 1);
    const together = async () => {
      signal.throwIfAborted();
      const lane = free.shift() ?? 0;
      await delivered.deliver(lane);
      free.push(lane);
    };
    const [perMinute, barePerMinute]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      signal.throwIfAborted();
      say(`${String(inFlight)} in flight, in turns: round ${String(round)} of ${String(rounds)}`);
      const ours = await measureOrder(together, order);
      const theirs = await bare.measure(order);
      if (round === 0) continue;
      perMinute.push((ours.ms.length / ours.seconds) * 60);
      barePerMinute.push((theirs.ms.length / theirs.seconds) * 60);
    }
    const judged = (target: Target): Target | null => (backend === 'postgresql' ? target : null);
    const rate = judged({ value: median(perMinute), atLeast: targets.atLeastPerMinute });
    const time = judged({ value: median(alone), atMost: targets.atMostMs });
    return [
      figure('webhook to end of a run of five trivial steps, one alone', 'ms', alone, time),
      ...parts,
      figure('bare: five local activities by hand, one alone', 'ms', bareAlone),
      figure('webhook to end over bare, medians', 'times', [median(alone) / median(bareAlone)]),
      figure(`webhook to end, ${String(inFlight)} in flight`, 'per minute', perMinute, rate),
      figure(
        `bare: five local activities by hand, ${String(inFlight)} in flight`,
        'per minute',
        barePerMinute,
      ),
      figure('rate: bare over ours, medians', 'times', [median(barePerMinute) / median(perMinute)]),
    ];
  } finally {
    delivered.close();
    await connection.close();
    stopByHand();
  }
}
