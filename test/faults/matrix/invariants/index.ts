import { until } from '../../../support/until';
import type { Played } from '../cell';
import { eventsAreDecidedOnce } from './events';
import { effectsHappenOnce } from './effects';
import { historiesReplay } from './histories';
import { nothingIsLeft } from './leftovers';
import { othersGoOn } from './others';
import { endIsTrue } from './ending';
import { secretsStaySecret } from './secrets';
import { usersAreServed } from './serving';

/** Everything that a played cell violates, one line each, beginning with the invariant. */
export async function violationsOf(played: Played): Promise<string[]> {
  const { world } = played.stage;
  await until('the platform answers again', () =>
    world.call('/readyz').then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  // How the lane ends decides which release is expected, so it comes first.
  const ending = await endIsTrue(played);
  const found = [
    ...(await usersAreServed(played)),
    ...(await eventsAreDecidedOnce(played)),
    ...(await effectsHappenOnce(played)),
    ...(await othersGoOn(played)),
    ...(await nothingIsLeft(played)),
    ...(await secretsStaySecret(played)),
    ...(await historiesReplay(played)),
  ];
  return [...ending, ...found];
}
