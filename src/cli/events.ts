import { type Command, Option } from 'commander';
import { eventKinds } from '../domain/event';
import {
  acceptedEventSchema,
  acceptedEventsSchema,
  type EventAnswer,
  eventListSchema,
  eventSchema,
} from './answers';
import { addMissing } from './events-missing';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { allEvents, filteredPath, filtersIn, tellMore } from './pages';
import { columns, plain } from './table';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

/** Filters of `GET /events`, by the name that both sides use. */
const filters = [
  'source',
  'kind',
  'subject',
  'repository',
  'matched',
  'text',
  'since',
  'until',
  'limit',
  'cursor',
] as const;

type ListOptions = GatewayOptions & Partial<Record<(typeof filters)[number], string>> & { json?: true };
type ShowOptions = GatewayOptions & { json?: true };
type ReplayOptions = ListOptions & { reason: string; dryRun?: true };

export const eventPath = (id: string, ...rest: string[]): string =>
  ['/events', ...[id, ...rest].map(encodeURIComponent)].join('/');

/** Options that narrow a list of events. */
function withFilters(command: Command): Command {
  return withGateway(command)
    .option('--source <name>', 'only events of this source')
    .addOption(new Option('--kind <kind>', 'only events of this kind').choices(eventKinds))
    .option('--subject <text>', 'only events of this subject')
    .option('--repository <owner/name>', 'only events of this repository')
    .addOption(new Option('--matched <answer>', 'whether a pipeline took it').choices(['true', 'false']))
    .option('--text <words>', 'only events with these words in subject, source, kind or data')
    .option('--since <time>', 'accepted at or after this time, such as 2026-01-31T12:00:00Z')
    .option('--until <time>', 'accepted before this time')
    .option('--json', 'print the answer as JSON');
}

const withPage = (command: Command): Command =>
  command
    .option('--limit <number>', 'events to show, at most 100 (default: 50)')
    .option('--cursor <text>', 'go on where an earlier list ended');

/** `sagaline events list|show|why|replay` and `sagaline dead-letters list|replay`. */
export function addEvents(program: Command, terminal: Terminal): void {
  const events = program.command('events').description('what was accepted, and what became of it');
  events.addHelpText('after', '\nExample:\n  sagaline events list --matched false');
  withPage(withFilters(events.command('list')))
    .description('accepted events, newest first')
    .addHelpText('after', '\nExample:\n  sagaline events list --repository acme/shop --kind push')
    .action((options: ListOptions) => list('/events', options, terminal));
  withGateway(events.command('show'))
    .description('one event with its data')
    .argument('<event>', 'id of the event')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline events show evt_aW5ib3g')
    .action((id: string, options: ShowOptions) => show(id, options, terminal));
  withGateway(events.command('why'))
    .description('why an event started what it started: every pipeline that was considered')
    .argument('<event>', 'id of the event')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline events why evt_aW5ib3g')
    .action((id: string, options: ShowOptions) => why(id, options, terminal));
  withFilters(events.command('replay'))
    .description('route an event again, or all that fit: as new events that name the old ones')
    .argument('[event]', 'id of the event; without it, --since says which')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option('--dry-run', 'only list what would be routed again')
    .addHelpText(
      'after',
      '\nExample:\n  sagaline events replay --since 2026-01-31T12:00:00Z --matched false --reason "rules were wrong" --dry-run',
    )
    .action((id: string | undefined, options: ReplayOptions) => replay(id, options, terminal));
  addMissing(events, terminal);
  const letters = program
    .command('dead-letters')
    .description('authentic deliveries that were not understood');
  letters.addHelpText('after', '\nExample:\n  sagaline dead-letters list');
  withPage(withFilters(letters.command('list')))
    .description('dead letters with their reasons, newest first')
    .addHelpText('after', '\nExample:\n  sagaline dead-letters list --source github')
    .action((options: ListOptions) => list('/dead-letters', options, terminal));
  withGateway(letters.command('replay'))
    .description('read a dead letter once more, by the rules of now')
    .argument('<event>', 'id of the dead letter')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline dead-letters replay evt_aW5ib3g --reason "upgraded"')
    .action((id: string, options: ShowOptions & { reason: string }) => readAgain(id, options, terminal));
}

async function list(path: string, options: ListOptions, terminal: Terminal): Promise<void> {
  const answer = await openControl(options, terminal).get(
    filteredPath(path, filters, options),
    eventListSchema,
  );
  if (options.json === true) {
    printJson(terminal, answer);
    return;
  }
  printEvents(answer.events ?? answer.deadLetters ?? [], terminal);
  tellMore(answer.cursor, terminal);
}

function printEvents(events: readonly EventAnswer[], terminal: Terminal): void {
  const rows = events.map((event) => [
    event.receivedAt,
    event.kind,
    event.source,
    event.subject,
    outcome(event),
    event.id,
  ]);
  for (const line of columns([['RECEIVED', 'KIND', 'SOURCE', 'SUBJECT', 'OUTCOME', 'EVENT'], ...rows]))
    print(terminal, line);
}

/** What became of an event in a few words. */
function outcome({ data, decisions }: EventAnswer): string {
  if (typeof data['problem'] === 'string') return data['problem'].slice(0, 60);
  const started = decisions.filter(({ runId }) => runId !== null).length;
  if (started > 0) return `${String(started)} ${started === 1 ? 'run' : 'runs'}`;
  return decisions[0]?.reason.slice(0, 60) ?? 'not routed yet';
}

async function show(id: string, options: ShowOptions, terminal: Terminal): Promise<void> {
  const event = await openControl(options, terminal).get(eventPath(id), eventSchema);
  if (options.json === true) {
    printJson(terminal, event);
    return;
  }
  const { kind, source, subject, deliveryId, time, receivedAt, data } = event;
  const rows = Object.entries({ kind, source, subject, delivery: deliveryId, time, received: receivedAt });
  for (const line of columns(rows)) print(terminal, line);
  print(terminal, 'data');
  for (const line of JSON.stringify(data, null, 2).split('\n')) print(terminal, `  ${plain(line)}`);
  printDecisions(event, terminal);
}

async function why(id: string, options: ShowOptions, terminal: Terminal): Promise<void> {
  const event = await openControl(options, terminal).get(eventPath(id), eventSchema);
  if (options.json === true) printJson(terminal, event.decisions);
  else printDecisions(event, terminal);
}

function printDecisions({ decisions }: EventAnswer, terminal: Terminal): void {
  if (decisions.length === 0) print(terminal, 'not routed yet: no worker has looked at it');
  const rows = decisions.map(({ pipeline, matched, reason, runId }) => [
    matched ? 'started' : 'not',
    pipeline ?? '-',
    reason,
    runId ?? '',
  ]);
  for (const line of columns(rows)) print(terminal, line);
}

async function replay(id: string | undefined, options: ReplayOptions, terminal: Terminal): Promise<void> {
  const control = openControl(options, terminal);
  const chosen =
    id === undefined ? await fitting(options, terminal) : [await control.get(eventPath(id), eventSchema)];
  if (options.dryRun === true) {
    if (options.json === true) printJson(terminal, { events: chosen });
    else printEvents(chosen, terminal);
    terminal.complain(`${String(chosen.length)} would be routed again.\n`);
    return;
  }
  const replayed: unknown[] = [];
  for (const [at, event] of chosen.entries()) {
    const answer = await control.post(
      eventPath(event.id, 'replay'),
      { reason: options.reason },
      acceptedEventSchema,
    );
    replayed.push({ event: event.id, replay: answer.id });
    if (options.json !== true)
      print(
        terminal,
        `${String(at + 1)} of ${String(chosen.length)}  ${event.id} is routed again as ${answer.id}`,
      );
  }
  if (options.json === true) printJson(terminal, { replayed });
}

async function readAgain(
  id: string,
  { reason, json, ...options }: ShowOptions & { reason: string },
  terminal: Terminal,
): Promise<void> {
  const path = `/dead-letters/${encodeURIComponent(id)}/replay`;
  const answer = await openControl(options, terminal).post(path, { reason }, acceptedEventsSchema);
  if (json === true) printJson(terminal, answer);
  else for (const event of [answer].flat()) print(terminal, `${id} was understood: ${event.id}`);
}

/** Every event that fits, in the order in which they came. */
async function fitting(options: ReplayOptions, terminal: Terminal): Promise<EventAnswer[]> {
  if (options.since === undefined)
    throw new CommandEnd(exitCodes.usage, 'Name an event, or say with --since from when on to replay.');
  const found: EventAnswer[] = [];
  for await (const event of allEvents(openControl(options, terminal), filtersIn(filters, options)))
    found.push(event);
  // Dead letters have no data that could be routed, and what was a replay is not repeated once more.
  return found
    .filter(({ subject, links }) => subject !== 'dead-letter' && links.replayOf === undefined)
    .reverse();
}
