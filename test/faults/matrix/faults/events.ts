import { randomUUID } from 'node:crypto';
import { isClosed } from '../../../support/api';
import { until } from '../../../support/until';
import type { Fault } from '../cell';
import { bodyOf, deliver } from '../deliveries';
import type { Stage } from '../stage';

const succeeds: Fault['ends'] = () => ['succeeded'];
const copies = 100;

/** One push whose webhook comes a hundred times at once, again at the moment, and again when its run is over. */
export function duplicates(): Fault {
  const sent = { body: '', delivery: '' };
  const again = async ({ world }: Stage, count: number) => {
    const ids = await Promise.all(
      Array.from({ length: count }, () => deliver(world, sent.body, sent.delivery)),
    );
    if (new Set(ids).size !== 1) throw new Error(`one delivery became ${String(new Set(ids).size)} events`);
  };
  return {
    name: `a webhook ${String(copies)} times at once, again, and again after the end`,
    ends: succeeds,
    async deliver(stage) {
      const pushed = await stage.pushUnheard();
      Object.assign(sent, { body: pushed.body, delivery: randomUUID() });
      await again(stage, copies);
      return pushed;
    },
    async inject({ stage, commit }) {
      await again(stage, copies);
      return async () => {
        await stage.world.untilRun(commit, isClosed);
        await again(stage, copies);
        await deliver(stage.world, sent.body);
      };
    },
  };
}

/** The gateway dies while a webhook comes many times at once; whoever got no answer sends it again. */
export const unanswered: Fault = {
  name: 'SIGKILL of the gateway among 100 equal webhooks, which are sent again until they are accepted',
  ends: succeeds,
  async deliver(stage) {
    const pushed = await stage.pushUnheard();
    const delivery = randomUUID();
    const kill = await stage.world.aim('gateway');
    let unanswered = 0;
    const sent = Array.from({ length: copies }, () =>
      deliver(stage.world, pushed.body, delivery, () => {
        unanswered += 1;
      }),
    );
    await Promise.race(sent);
    kill();
    const ids = new Set(await Promise.all(sent));
    if (unanswered === 0) throw new Error('each of them was answered: the kill came too late');
    if (ids.size !== 1) throw new Error(`I1: one delivery became ${String(ids.size)} events`);
    return pushed;
  },
};

/** Two pushes, of which the later one is heard first. */
export function swapped(): Fault {
  let earlier = '';
  return {
    name: 'two pushes in the wrong order',
    ends: succeeds,
    async deliver(stage) {
      const first = await stage.pushUnheard();
      const second = await stage.pushUnheard();
      await deliver(stage.world, second.body);
      await deliver(stage.world, first.body);
      earlier = first.commit;
      return second;
    },
    inject: ({ stage }) => Promise.resolve(() => untilWithoutEffect(stage, earlier)),
  };
}

/** What is told of an earlier push when a later one is live. */
export const late: Fault = {
  name: 'the webhook of an earlier push, after the end',
  ends: succeeds,
  inject({ stage, commit }) {
    const earlier = stage.good.commit;
    return Promise.resolve(async () => {
      await stage.world.untilRun(commit, isClosed);
      const id = await deliver(stage.world, bodyOf('0'.repeat(40), earlier));
      await until('the late event is decided', async () => {
        const answer = await stage.world.call(`/events/${id}`);
        return answer.ok && ((await answer.json()) as { decisions: unknown[] }).decisions.length > 0;
      });
      await untilRunsAreOver(stage, earlier);
    });
  },
};

async function untilRunsAreOver({ world }: Stage, commit: string) {
  return Promise.all(
    (await world.runsOf(commit)).map((id) =>
      until(`run ${id} is over`, async () => {
        const seen = await world.run(id);
        return isClosed(seen) && seen;
      }),
    ),
  );
}

async function untilWithoutEffect(stage: Stage, commit: string): Promise<void> {
  const runs = await untilRunsAreOver(stage, commit);
  const effective = runs.filter(({ status }) => status === 'succeeded');
  if (effective.length > 0) throw new Error(`I7: the earlier push ${commit} was released`);
}
