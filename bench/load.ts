import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { PlainConnection, requestBytes } from './plain-http';
import { eventOf, type PushHook, pushHook, signalInbox } from './pushes';

/** Events a second that are made ready beforehand for a load without a rate, so that making them takes no time of its own. */
const mostPerSecond = 1_500;

/** What a process that sends is told. */
export interface LoadOrder {
  /** By the gateway, or by the one call that it cannot do without. */
  mode: 'hook' | 'bare';
  temporal: string;
  namespace: string;
  gateway: string;
  secret: string;
  repository: string;
  /** In the names of the refs. */
  name: string;
  /** The events are of so many refs in turn, each with an inbox of its own. */
  refs: number;
  seconds: number;
  /** Events that wait for their answer at one time. */
  inFlight: number;
  /** Null for as many as are answered. */
  perSecond: number | null;
  /** Events after which it ends early. */
  most: number | null;
}

/** What came of a load. */
export interface LoadResult {
  perSecond: number;
  /** Time of each answer in ms, from the moment at which the event was due, in order. */
  answerMs: number[];
  /** Delivery ids of what was accepted. */
  accepted: string[];
  /** Events that were refused, by what was answered. */
  refused: Record<string, number>;
}

interface Sender {
  send: (at: number) => Promise<void>;
  close: () => Promise<void>;
}

/** Sends what the order says, and measures. */
export async function sendLoad(order: LoadOrder): Promise<LoadResult> {
  const { seconds, inFlight, perSecond, most, refs } = order;
  const hooks = Array.from({ length: most ?? seconds * (perSecond ?? mostPerSecond) }, (_, at) => {
    const ref = `refs/heads/${order.name}-${String(at % refs)}`;
    return pushHook(order.repository, ref, Math.floor(at / refs), order.secret);
  });
  const sender = await (order.mode === 'hook' ? hookSender(order, hooks) : bareSender(order, hooks));
  const result: LoadResult = { perSecond: 0, answerMs: [], accepted: [], refused: {} };
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  let next = 0;
  const sendInTurn = async (): Promise<void> => {
    while (performance.now() < end && next < hooks.length) {
      const at = next++;
      // Counted from when it was due, or a stall would delay the next events and hide their waiting.
      const due = perSecond === null ? performance.now() : begun + (at * 1_000) / perSecond;
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      try {
        await sender.send(at);
        result.answerMs.push(performance.now() - due);
        result.accepted.push(hooks[at]?.headers['x-github-delivery'] ?? '');
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        result.refused[why] = (result.refused[why] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sendInTurn));
  result.perSecond = result.answerMs.length / ((performance.now() - begun) / 1_000);
  await sender.close();
  return result;
}

async function hookSender({ gateway, inFlight }: LoadOrder, hooks: readonly PushHook[]): Promise<Sender> {
  const url = new URL(`${gateway}/hooks/github`);
  const requests = hooks.map(({ headers, body }) => requestBytes(url, headers, body));
  const idle = await Promise.all(Array.from({ length: inFlight }, () => PlainConnection.open(url)));
  const all = [...idle];
  return {
    async send(at) {
      // The one that rested longest, so that none rests until the gateway closes it.
      const [connection, request] = [idle.shift(), requests[at]];
      if (!connection || !request) throw new RangeError(`there is no event ${String(at)}`);
      const status = await connection.status(request);
      idle.push(connection);
      if (status !== 202) throw new Error(`the gateway answered ${String(status)}`);
    },
    close() {
      for (const connection of all) connection.close();
      return Promise.resolve();
    },
  };
}

async function bareSender({ temporal, namespace }: LoadOrder, hooks: readonly PushHook[]): Promise<Sender> {
  const connection = await Connection.connect({ address: temporal });
  const client = new Client({ connection, namespace });
  const events = hooks.map(eventOf);
  return {
    async send(at) {
      const event = events[at];
      if (event) await signalInbox(client, 'default', event);
    },
    close: () => connection.close(),
  };
}

/** As a process of its own: one order at a time, and its result. */
if (require.main === module)
  process.on('message', (order: LoadOrder) => {
    void sendLoad(order).then((result) => process.send?.(result));
  });
