import { type Command, Option } from 'commander';
import { runStatuses } from '../domain/run';
import { runListSchema, runSchema } from './answers';
import { runPath } from './follow';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { filteredPath, tellMore } from './pages';
import { followToTheEnd } from './run-start';
import { runText } from './run-text';
import { columns } from './table';
import { print, printJson, type Terminal } from './terminal';

/** Filters of `GET /runs`, by the name that both sides use. */
const filters = [
  'status',
  'repository',
  'pipeline',
  'service',
  'environment',
  'commit',
  'limit',
  'cursor',
] as const;

type ListOptions = GatewayOptions & Partial<Record<(typeof filters)[number], string>> & { json?: true };

/** `sagaline run list` and `sagaline run show`. */
export function addRunViews(run: Command, terminal: Terminal): void {
  withGateway(run.command('list'))
    .description('runs, newest first')
    .addOption(new Option('--status <status>', 'only runs of this status').choices(runStatuses))
    .option('--repository <owner/name>', 'only runs of this repository')
    .option('--pipeline <name>', 'only runs of this pipeline')
    .option('--service <name>', 'only runs that deploy this service')
    .option('--environment <name>', 'only runs that deploy to this environment')
    .option('--commit <id>', 'only runs of this full commit id')
    .option('--limit <number>', 'runs to show, at most 100 (default: 50)')
    .option('--cursor <text>', 'go on where an earlier list ended')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline run list --pipeline deliver --status rolled-back')
    .action((options: ListOptions) => list(options, terminal));
  withGateway(run.command('show'))
    .description('one run with its steps and what was undone')
    .argument('<run>', 'id of the run')
    .option('--follow', 'show what happens until the run has closed; exit code 0 only if it succeeded')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline run show run:default:acme%2Fshop:deliver:4f2a --json')
    .action((id: string, options: GatewayOptions & { follow?: true; json?: true }) =>
      show(id, options, terminal),
    );
}

async function list(options: ListOptions, terminal: Terminal): Promise<void> {
  const path = filteredPath('/runs', filters, options);
  const answer = await openControl(options, terminal).get(path, runListSchema);
  if (options.json === true) {
    printJson(terminal, answer);
    return;
  }
  const rows = answer.runs.map(({ id, status, pipeline, repository, commit }) => [
    status,
    pipeline ?? '',
    repository ?? '',
    commit?.slice(0, 12) ?? '',
    id,
  ]);
  for (const line of columns([['STATUS', 'PIPELINE', 'REPOSITORY', 'COMMIT', 'RUN'], ...rows]))
    print(terminal, line);
  tellMore(answer.cursor, terminal);
}

async function show(
  id: string,
  options: GatewayOptions & { follow?: true; json?: true },
  terminal: Terminal,
): Promise<void> {
  const control = openControl(options, terminal);
  const run = await control.get(runPath(id), runSchema);
  const json = options.json === true;
  if (options.follow === true) await followToTheEnd(control, id, json, terminal);
  else if (json) printJson(terminal, run);
  else for (const line of runText(run)) print(terminal, line);
}
