import { isClosed } from '../../../support/api';
import type { World } from '../../../support/world';
import type { Fault } from '../cell';
import type { Delivered, Wanted } from '../stage';

export const reason = 'fault matrix';

/** Calls an action of the control API and returns its status. */
export async function act(world: World, path: string, body: object = { reason }): Promise<number> {
  const answer = await world.call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
  return answer.status;
}

/** The same order many times at once, and again when it has taken effect. */
async function repeatedly(world: World, path: string, body: object = { reason }): Promise<void> {
  const statuses = await Promise.all(Array.from({ length: 5 }, () => act(world, path, body)));
  const strange = statuses.filter((status) => ![200, 202, 409].includes(status));
  if (strange.length > 0 || !statuses.some((status) => status < 300))
    throw new Error(`${path} was answered with ${statuses.join(', ')}`);
}

/** A canary that is not over before it has heard of the order. */
const slow = { canary: { interval: '20s' } };

const ofRun = (action: string, ends: Fault['ends'], version?: Wanted): Fault => ({
  name: `${action}, five times at once and again after the end`,
  ends,
  ...(version && { version }),
  async inject({ stage: { world }, commit }) {
    const { id } = await world.untilRun(commit, () => true);
    const path = `/runs/${encodeURIComponent(id)}/${action}`;
    await repeatedly(world, path);
    return async () => {
      await world.untilRun(commit, isClosed);
      await act(world, path);
    };
  },
});

/** A run that is told to cancel in its last step may have ended before it hears of it. */
export const cancels = ofRun('cancel', () => ['cancelled']);
export const promotes = ofRun('promote', () => ['succeeded'], slow);
export const aborts = ofRun('abort', () => ['rolled-back'], slow);

/** Back to the release before the live one, while another one is being released. */
export function rollbacks(): Fault {
  let earlier: Delivered;
  return {
    name: 'rollback of the lane, five times at once',
    decides: true,
    ends: () => ['rolled-back'],
    async deliver(stage) {
      earlier = stage.good;
      stage.good = await stage.push();
      const { commit } = stage.good;
      await stage.world.untilRun(commit, isClosed);
      await stage.world.untilLane(({ holder, live }) => holder === null && live?.commit === commit);
      return stage.push(slow);
    },
    async inject({ stage }) {
      const release = (await stage.world.lane()).earlier.find(({ commit }) => commit === earlier.commit)?.id;
      await repeatedly(stage.world, '/lanes/shop/production/rollback', { release, reason });
      stage.good = earlier;
      return undefined;
    },
  };
}
