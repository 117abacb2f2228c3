import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { BenchContext } from './bench';
import { type Figure, figure, median } from './figures';
import { eventOf, HookSender, pushHook, signalInbox } from './pushes';

const warmUp = 50;
const usualRounds = 300;
/** Rounds of which one ratio is made, to show how far the ratio itself varies. */
const block = 50;
const mostTimes = 1.5;

/** Nobody registered it, so that the worker's part is the same few steps for every event. */
const repository = 'acme/unregistered';

/** Times of one round in ms. */
interface Round {
  hook: number;
  bare: number;
}

/** Names of the refs that one round's two events are about; of equal length, because the event's size must be equal. */
type Refs = (round: number) => { hook: string; bare: string };

const oneSubject: Refs = () => ({ hook: 'refs/heads/hook-0000', bare: 'refs/heads/bare-0000' });
const newSubjects: Refs = (round) => {
  const number = String(round).padStart(4, '0');
  return { hook: `refs/heads/hook-new-${number}`, bare: `refs/heads/bare-new-${number}` };
};

/** The gateway's answer to a push beside the one call to Temporal that it cannot do without. */
export async function gatewayBench(context: BenchContext): Promise<Figure[]> {
  const { folder, stage, signal, say, scaled } = context;
  const rounds = scaled(usualRounds);
  const { temporal, namespace, gateway } = stage.platform;
  const secret = (await readFile(join(folder, 'hook-secret'), 'utf8')).trim();
  const connection = await Connection.connect({ address: temporal });
  const sender = new HookSender(`${gateway}/hooks/github`);
  const client = new Client({ connection, namespace });
  const alternate = async (refs: Refs): Promise<Round[]> => {
    const measured: Round[] = [];
    for (let round = 0; round < warmUp + rounds; round++) {
      signal.throwIfAborted();
      const { hook, bare } = refs(round);
      const push = pushHook(repository, hook, round, secret);
      const event = eventOf(pushHook(repository, bare, round, secret));
      const timeHook = () => timed(() => sender.send(push));
      const timeBare = () => timed(() => signalInbox(client, 'bench', event));
      // Each goes first in every other round, so that what one leaves to the worker is carried by both alike.
      const times: Round =
        round % 2 === 0
          ? { hook: await timeHook(), bare: await timeBare() }
          : ((one) => one)({ bare: await timeBare(), hook: await timeHook() });
      if (round >= warmUp) measured.push(times);
    }
    return measured;
  };
  try {
    say(`one subject: ${rounds} rounds`);
    const same = await alternate(oneSubject);
    say(`a new subject each: ${rounds} rounds`);
    const fresh = await alternate(newSubjects);
    return [...figuresOf('one subject', same), ...figuresOf('new subjects', fresh)];
  } finally {
    sender.close();
    await connection.close();
  }
}

async function timed(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function figuresOf(which: string, measured: Round[]): Figure[] {
  const ratios = Array.from({ length: Math.ceil(measured.length / block) }, (_, at) =>
    ratioOf(measured.slice(at * block, (at + 1) * block)),
  );
  return [
    figure(
      `POST /hooks/github, ${which}`,
      'ms',
      measured.map(({ hook }) => hook),
    ),
    figure(
      `bare signalWithStart, ${which}`,
      'ms',
      measured.map(({ bare }) => bare),
    ),
    figure(`ratio of medians, ${which}`, 'times', ratios, { value: ratioOf(measured), atMost: mostTimes }),
  ];
}

const ratioOf = (measured: Round[]): number =>
  median(measured.map(({ hook }) => hook)) / median(measured.map(({ bare }) => bare));
