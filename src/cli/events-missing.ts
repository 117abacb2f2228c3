import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { attemptOf, listedDeliveries } from '../domain/github-deliveries';
import { byDelivery, type DeliveryAttempt } from '../domain/redelivery';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { openHook } from './github-hook';
import { allEvents } from './pages';
import { columns } from './table';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

type MissingOptions = GatewayOptions & {
  deliveries?: string;
  hook?: string;
  source: string;
  redeliver?: true;
  json?: true;
};

/** Milliseconds by which two clocks may differ, and how long after the first time GitHub delivers once more. */
const clockMs = 5 * 60 * 1000;
const redeliveryMs = 3 * 24 * 60 * 60 * 1000;

/** `sagaline events missing`. */
export function addMissing(events: Command, terminal: Terminal): void {
  withGateway(events.command('missing'))
    .description('deliveries that never became an event: what GitHub has and the ledger has not')
    .option('--hook <url>', 'the hook in the API, which is asked with the token GITHUB_TOKEN')
    .option('--deliveries <file>', 'or the answer of GET /repos/<owner>/<name>/hooks/<id>/deliveries')
    .option('--redeliver', 'ask the hook for what is missing again')
    .option('--source <name>', 'source that the hook leads to', 'github')
    .option('--json', 'print the missing deliveries as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sagaline events missing --hook https://api.github.com/repos/acme/shop/hooks/12345 --redeliver',
    )
    .action((options: MissingOptions) => missing(options, terminal));
}

async function missing(options: MissingOptions, terminal: Terminal) {
  const { deliveries, hook, source, redeliver, json, ...gateway } = options;
  if ((deliveries === undefined) === (hook === undefined))
    throw new CommandEnd(exitCodes.usage, 'Say where the deliveries are: either --hook or --deliveries.');
  if (redeliver && hook === undefined)
    throw new CommandEnd(exitCodes.usage, '--redeliver needs --hook: a file delivers nothing.');
  const asked = hook === undefined ? undefined : openHook(hook, terminal);
  const listed = asked ? await asked.deliveries() : await readDeliveries(deliveries ?? '', terminal);
  const known = await knownDeliveries(listed, source, gateway, terminal);
  const all = byDelivery(listed);
  const lost = all
    .filter(({ guid }) => !known.has(guid))
    .toSorted((one, other) => one.firstAt - other.firstAt);
  if (json === true) printJson(terminal, lost.map(shown));
  else if (lost.length > 0) printDeliveries(lost, terminal);
  terminal.complain(`${String(lost.length)} of ${String(all.length)} deliveries are missing.\n`);
  if (lost.length === 0) return;
  if (!asked || !redeliver) throw new CommandEnd(exitCodes.refused);
  await asked.askFor(lost.map(({ attempt }) => attempt));
  terminal.complain(`Asked for again: ${String(lost.length)}.\n`);
}

type Lost = ReturnType<typeof byDelivery>[number];

async function readDeliveries(file: string, terminal: Terminal): Promise<DeliveryAttempt[]> {
  const text = await readFile(resolve(terminal.folder, file), 'utf8').catch(() => {
    throw new CommandEnd(exitCodes.usage, `${file} cannot be read.`);
  });
  try {
    const listed = listedDeliveries(text);
    if (listed.length > 0) return listed.map(attemptOf);
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const why = issue ? `${issue.path.join('.')} ${issue.message}`.trim() : 'it is no JSON';
    throw new CommandEnd(exitCodes.usage, `${file} is no list of deliveries: ${why}`);
  }
  throw new CommandEnd(exitCodes.usage, `${file} is no list of deliveries: holds no delivery`);
}

/** The ids of all deliveries of that time that the ledger has, dead letters included. */
async function knownDeliveries(
  listed: readonly DeliveryAttempt[],
  source: string,
  options: GatewayOptions,
  terminal: Terminal,
): Promise<Set<string>> {
  if (listed.length === 0) return new Set();
  const first = listed.reduce((least, { deliveredAt }) => Math.min(least, Date.parse(deliveredAt)), Infinity);
  const earlier = listed.some(({ isRepeated }) => isRepeated) ? redeliveryMs : clockMs;
  const filters = new URLSearchParams({ source, since: new Date(first - earlier).toISOString() });
  const known = new Set<string>();
  for await (const { deliveryId } of allEvents(openControl(options, terminal), filters))
    known.add(deliveryId);
  return known;
}

/** As GitHub calls its fields, so that `jq` finds them in either list. */
const shown = ({ attempt, guid, firstAt, lastAt, statusCode, event }: Lost) => ({
  ...{ id: attempt, guid, event, status_code: statusCode },
  ...{ first_delivered_at: time(firstAt), delivered_at: time(lastAt) },
});

function printDeliveries(deliveries: readonly Lost[], terminal: Terminal): void {
  const rows = deliveries.map(({ lastAt, event, statusCode, attempt, guid }) => [
    ...[time(lastAt), event, String(statusCode), attempt, guid],
  ]);
  for (const line of columns([['DELIVERED', 'EVENT', 'STATUS', 'ID', 'GUID'], ...rows]))
    print(terminal, line);
}

const time = (ms: number): string => new Date(ms).toISOString();
