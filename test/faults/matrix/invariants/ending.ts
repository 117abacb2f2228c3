import type { Played } from '../cell';
import { migrationsOf } from '../marks';

/**
 * I5 and I7: the run ended as its fault lets it; a success is one by what serves and by what was migrated, and a failure has
 * left nothing of itself. Afterwards the stage's good release is the one that is expected.
 */
export async function endIsTrue(played: Played): Promise<string[]> {
  const { stage, cell, run, commit, version } = played;
  const ends = cell.fault.ends(cell.moment);
  const wrongEnd = ends.includes(run.status)
    ? []
    : [`I5: the run is ${run.status} (${said(played)}) instead of ${ends.join(' or ')}`];
  if (run.status === 'succeeded' && cell.fault.decides !== true) stage.good = { commit, version };
  return [...wrongEnd, ...(await wrongMigration(played)), ...(await wrongLane(played))];
}

/** What the run itself says of its end. */
const said = ({ run: { reason, steps } }: Played): string =>
  [reason, ...steps.map(({ id, detail }) => detail && `${id}: ${detail}`)].filter(Boolean).join('; ');

async function wrongMigration({ stage, run, commit }: Played): Promise<string[]> {
  const last = (await migrationsOf(stage.folder, commit)).at(-1);
  if (run.status === 'succeeded') return last === 'up' ? [] : ['I5: succeeded without its migration'];
  return last === 'up' ? ['I5: not succeeded, and its migration is still applied'] : [];
}

async function wrongLane({ stage: { world, good } }: Played): Promise<string[]> {
  const found: string[] = [];
  const lane = await world.untilLane(({ holder }) => holder === null);
  if (lane.problem !== null) found.push(`I5: the lane has a problem: ${lane.problem}`);
  if (lane.live?.commit !== good.commit)
    found.push(`I7: ${lane.live?.commit ?? 'nothing'} is live instead of ${good.commit}`);
  const { stable, candidate, weight } = await world.traffic();
  if (stable?.release.commit !== good.commit || candidate !== null || weight !== 0)
    found.push(
      `I5: the router serves ${stable?.release.commit ?? 'nothing'} and gives ${String(weight)} % away`,
    );
  return found;
}
