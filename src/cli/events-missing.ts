import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { eventListSchema } from './answers';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { columns } from './table';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

type MissingOptions = GatewayOptions & { deliveries: string; source: string; json?: true };

/** What GitHub's API answers for the deliveries of a hook, as far as it is needed here. */
const deliveriesSchema = z
  .array(
    z.looseObject({
      id: z.union([z.number(), z.string()]),
      guid: z.string(),
      delivered_at: z.iso.datetime({ offset: true }),
      redelivery: z.boolean(),
      status_code: z.number(),
      event: z.string(),
      action: z.string().nullable(),
    }),
  )
  .min(1, 'holds no delivery');
type Delivery = z.infer<typeof deliveriesSchema>[number];

/** Milliseconds by which two clocks may differ, and how long after the first time GitHub delivers once more. */
const clockMs = 5 * 60 * 1000;
const redeliveryMs = 3 * 24 * 60 * 60 * 1000;

/** `sagaline events missing`. */
export function addMissing(events: Command, terminal: Terminal): void {
  withGateway(events.command('missing'))
    .description('deliveries that never became an event: what a list of GitHub has and the ledger has not')
    .requiredOption('--deliveries <file>', 'the answer of GET /repos/<owner>/<name>/hooks/<id>/deliveries')
    .option('--source <name>', 'source that the hook leads to', 'github')
    .option('--json', 'print the missing deliveries as JSON')
    .addHelpText('after', '\nExample:\n  sagaline events missing --deliveries deliveries.json')
    .action((options: MissingOptions) => missing(options, terminal));
}

async function missing({ deliveries, source, json, ...options }: MissingOptions, terminal: Terminal) {
  const listed = await readDeliveries(deliveries, terminal);
  const known = await knownDeliveries(listed, source, options, terminal);
  // A delivery that was repeated is listed several times under one guid, the newest first.
  const byGuid = new Map(listed.toReversed().map((delivery) => [delivery.guid, delivery]));
  const lost = [...byGuid.values()].filter(({ guid }) => !known.has(guid));
  if (json === true) printJson(terminal, lost);
  else if (lost.length > 0) printDeliveries(lost, terminal);
  terminal.complain(`${String(lost.length)} of ${String(byGuid.size)} deliveries are missing.\n`);
  if (lost.length > 0) throw new CommandEnd(exitCodes.refused);
}

async function readDeliveries(file: string, terminal: Terminal): Promise<Delivery[]> {
  const text = await readFile(resolve(terminal.folder, file), 'utf8').catch(() => {
    throw new CommandEnd(exitCodes.usage, `${file} cannot be read.`);
  });
  try {
    return deliveriesSchema.parse(JSON.parse(text));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const why = issue ? `${issue.path.join('.')} ${issue.message}`.trim() : 'it is no JSON';
    throw new CommandEnd(exitCodes.usage, `${file} is no list of deliveries: ${why}`);
  }
}

/** The ids of all deliveries of that time that the ledger has, dead letters included. */
async function knownDeliveries(
  listed: readonly Delivery[],
  source: string,
  options: GatewayOptions,
  terminal: Terminal,
): Promise<Set<string>> {
  const first = Math.min(...listed.map((delivery) => Date.parse(delivery.delivered_at)));
  const earlier = listed.some(({ redelivery }) => redelivery) ? redeliveryMs : clockMs;
  const query = { source, since: new Date(first - earlier).toISOString(), limit: '100' };
  const control = openControl(options, terminal);
  const known = new Set<string>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = new URLSearchParams({ ...query, ...(cursor !== undefined && { cursor }) });
    const answer = await control.get(`/events?${page.toString()}`, eventListSchema);
    for (const { deliveryId } of answer.events ?? []) known.add(deliveryId);
    cursor = answer.cursor;
  }
  return known;
}

function printDeliveries(deliveries: readonly Delivery[], terminal: Terminal): void {
  const rows = deliveries.map(({ delivered_at, event, action, status_code, id, guid }) => [
    delivered_at,
    action === null ? event : `${event}.${action}`,
    String(status_code),
    String(id),
    guid,
  ]);
  for (const line of columns([['DELIVERED', 'EVENT', 'STATUS', 'ID', 'GUID'], ...rows]))
    print(terminal, line);
}
