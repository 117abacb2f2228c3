import type { Command } from 'commander';
import { releaseListSchema } from './answers';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { filteredPath, tellMore } from './pages';
import { columns } from './table';
import { print, printJson, type Terminal } from './terminal';

const filters = ['service', 'environment', 'commit', 'at', 'since', 'until', 'limit', 'cursor'] as const;

type ListOptions = GatewayOptions & Partial<Record<(typeof filters)[number], string>> & { json?: true };

/** `sagaline releases list`. */
export function addReleases(program: Command, terminal: Terminal): void {
  const releases = program.command('releases').description('what was released where, and when');
  releases.addHelpText('after', '\nExample:\n  sagaline releases list --environment production');
  withGateway(releases.command('list'))
    .description('releases and rollbacks, newest first')
    .option('--service <name>', 'only of this service')
    .option('--environment <name>', 'only in this environment')
    .option('--commit <id>', 'only of this commit')
    .option('--at <time>', 'only what was live at this time, such as 2026-01-31T14:00:00+01:00')
    .option('--since <time>', 'begun at or after this time, such as 2026-01-31T12:00:00Z')
    .option('--until <time>', 'begun before this time')
    .option('--limit <number>', 'releases to show, at most 100 (default: 50)')
    .option('--cursor <text>', 'go on where an earlier list ended')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sagaline releases list --environment production --at 2026-01-31T14:00:00+01:00',
    )
    .action((options: ListOptions) => list(options, terminal));
}

async function list(options: ListOptions, terminal: Terminal): Promise<void> {
  const path = filteredPath('/releases', filters, options);
  const answer = await openControl(options, terminal).get(path, releaseListSchema);
  if (options.json === true) {
    printJson(terminal, answer);
    return;
  }
  const rows = answer.releases.map((release) => [
    release.liveAt ?? release.beganAt,
    release.endedAt ?? '',
    release.service,
    release.environment,
    release.release,
    release.commit.slice(0, 12),
    release.status,
    release.actor ?? '',
    release.runId,
  ]);
  const heads = ['SINCE', 'UNTIL', 'SERVICE', 'ENVIRONMENT', 'RELEASE', 'COMMIT', 'STATUS', 'ACTOR', 'RUN'];
  for (const line of columns([heads, ...rows])) print(terminal, line);
  tellMore(answer.cursor, terminal);
}
