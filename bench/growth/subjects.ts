import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { inboxId } from '../../src/domain/identity';
import { queries } from '../../src/domain/messages';
import type { BenchContext } from '../bench';
import { bounded, type Figure, figure, median } from '../figures';
import { eventOf, HookSender, pushHook } from '../pushes';
import { historyOf } from './history';

/** Nobody registered it, so that the worker's part is the same few steps for every event. */
const repository = 'acme/unregistered';

/** Events that a subject has before it is measured, and subjects of that size, so that none grows much meanwhile. */
const sizes = [
  { events: 10, subjects: 20 },
  { events: 100, subjects: 10 },
  { events: 1_000, subjects: 2 },
  { events: 10_000, subjects: 1 },
];
const rounds = 200;
const judged = { size: 10_000, against: 100, atMost: 1.1 };
/** Events after which the one who fills waits until all are decided, as senders do who are no load test. */
const pauseEvery = 100;
const decidedMs = 60_000;
const lookEveryMs = 20;

/** The time of one more event, sent to decided, of subjects that had 10 to 10,000 before, one of each in turn. */
export async function subjectFigures(context: BenchContext, client: Client): Promise<Figure[]> {
  const { folder, stage, signal, say, scaled } = context;
  const secret = (await readFile(join(folder, 'hook-secret'), 'utf8')).trim();
  const url = `${stage.platform.gateway}/hooks/github`;
  const classes = sizes.map(({ events, subjects }) => ({
    events: scaled(events),
    ms: [] as number[],
    subjects: Array.from({ length: subjects }, (_, at) =>
      openSubject(client, url, secret, `refs/heads/size-${String(events)}-${String(at)}`),
    ),
  }));
  const all = classes.flatMap(({ subjects }) => subjects);
  try {
    for (const { events, subjects } of classes) {
      say(`${String(subjects.length)} subjects get ${String(events)} events`);
      await Promise.all(subjects.map((subject) => subject.fill(events, signal)));
    }
    const count = scaled(rounds);
    say(`one more of each in turn: ${String(count)} rounds`);
    for (let round = 0; round < count; round++)
      for (const { ms, subjects } of round % 2 === 0 ? classes : classes.toReversed()) {
        signal.throwIfAborted();
        const subject = subjects[round % subjects.length];
        if (subject) ms.push(await subject.time());
      }
    const costs = classes.map(({ events, ms }) =>
      figure(`one more event of a subject that had ${String(events)}`, 'ms', ms, null, {
        ...{ curve: 'time of one more event of a subject', grows: 'events before it', x: events },
      }),
    );
    const [large, small] = [judged.size, judged.against].map(
      (size) => classes.find((_, at) => sizes[at]?.events === size)?.ms ?? [],
    );
    const ratio = [median(large ?? []) / median(small ?? [])];
    const what = `one more event: subject of ${String(judged.size)} over one of ${String(judged.against)}, medians`;
    return [...costs, bounded(what, 'times', ratio, judged.atMost), ...(await histories(client, classes))];
  } finally {
    for (const subject of all) subject.close();
  }
}

/** History that a subject's inbox has in all, for each event. */
async function histories(
  client: Client,
  classes: readonly { events: number; subjects: readonly Subject[] }[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { events, subjects } of classes) {
    const [first] = subjects;
    if (!first) continue;
    const { length, bytes } = await historyOf(client, first.inbox);
    const sent = first.sent();
    const at = (curve: string) => ({ curve, grows: 'events of the subject', x: events });
    figures.push(
      figure(`history of a subject of ${String(events)}, events for each`, 'events', [length / sent], null, {
        ...at('history events for each event of a subject'),
      }),
      figure(`history of a subject of ${String(events)}, bytes for each`, 'bytes', [bytes / sent], null, {
        ...at('history bytes for each event of a subject'),
      }),
    );
  }
  return figures;
}

type Subject = ReturnType<typeof openSubject>;

/** One ref, its connection to the gateway, and its inbox. */
function openSubject(client: Client, url: string, secret: string, ref: string) {
  const sender = new HookSender(url);
  let sent = 0;
  const next = () => pushHook(repository, ref, sent++, secret);
  const inbox = inboxId('default', 'github', eventOf(pushHook(repository, ref, 0, secret)).subject);
  const handle = client.workflow.getHandle(inbox);
  const decided = async (key: string, everyMs: number): Promise<void> => {
    const deadline = performance.now() + decidedMs;
    for (;;) {
      const record = await handle.query<{ status: string } | null, [string]>(queries.event, key);
      if (record?.status === 'routed') return;
      if (performance.now() > deadline) throw new Error(`an event of ${ref} was not decided in time`);
      if (everyMs > 0) await sleep(everyMs);
    }
  };
  return {
    inbox,
    sent: () => sent,
    close: () => sender.close(),
    /** Sends so many events, one at a time. */
    async fill(events: number, signal: AbortSignal): Promise<void> {
      for (let left = events; left > 0; left--) {
        signal.throwIfAborted();
        const hook = next();
        await sender.sendUntilAccepted(hook);
        if (left === 1 || left % pauseEvery === 0) await decided(eventOf(hook).key, lookEveryMs);
      }
    },
    /** Time in ms of one more event, until it is decided. */
    async time(): Promise<number> {
      const hook = next();
      const { key } = eventOf(hook);
      const start = performance.now();
      await sender.send(hook);
      await decided(key, 0);
      return performance.now() - start;
    },
  };
}
