import { z } from 'zod';
import { until } from '../../../support/until';
import type { Played } from '../cell';

const eventSchema = z.object({
  id: z.string(),
  data: z.record(z.string(), z.unknown()),
  decisions: z.array(z.object({ matched: z.boolean(), runId: z.string().nullable() })),
});
const pageSchema = z.object({ events: z.array(eventSchema), cursor: z.string().nullable() });

/** An event that was accepted is shown before it is decided, and its run may be over before the decision is written. */
const isDecided = ({ decisions }: z.infer<typeof eventSchema>): boolean => decisions.length > 0;

/** I1: each event that was accepted is in the ledger with one decision, and of all events of a commit one started a run. */
export async function eventsAreDecidedOnce({ stage, commit, other }: Played): Promise<string[]> {
  const { world } = stage;
  const pushed = await until(`the push of ${commit} is in the ledger`, async () => {
    const answer = await world.call('/events?repository=acme/shop&limit=100').catch(() => undefined);
    if (!answer?.ok) return undefined;
    const { events } = pageSchema.parse(await answer.json());
    const own = events.filter(({ data }) => data['commit'] === commit);
    return own.length > 0 && own.every(isDecided) && own;
  });
  const beaten = await until('the event of the other repository is decided', async () => {
    const answer = await world.call(`/events/${other.id}`).catch(() => undefined);
    if (answer?.ok !== true) return undefined;
    const event = eventSchema.parse(await answer.json());
    return isDecided(event) && event;
  });
  const runs = await world.runsOf(commit);
  const found = [...pushed, beaten]
    .filter(({ decisions }) => decisions.length !== 1)
    .map(({ id, decisions }) => `I1: event ${id} has ${String(decisions.length)} decisions`);
  const matched = pushed.filter(({ decisions }) => decisions[0]?.matched === true);
  if (matched.length !== 1) found.push(`I1: ${String(matched.length)} events of one commit matched`);
  if (runs.length !== 1) found.push(`I1: ${String(runs.length)} runs of one commit`);
  return found;
}
