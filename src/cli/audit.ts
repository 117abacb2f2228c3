import type { Command } from 'commander';
import { auditCheckSchema, auditListSchema } from './answers';
import { addRebuild } from './ledger-rebuild';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { filteredPath, tellMore } from './pages';
import { columns } from './table';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

const filters = ['actor', 'target', 'since', 'until', 'limit', 'cursor'] as const;

type ListOptions = GatewayOptions & Partial<Record<(typeof filters)[number], string>> & { json?: true };
type VerifyOptions = GatewayOptions & { head?: string; json?: true };

/** `sagaline audit list` and `sagaline ledger verify`. */
export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('who did what');
  audit.addHelpText('after', '\nExample:\n  sagaline audit list --actor ada');
  withGateway(audit.command('list'))
    .description('actions of operators, newest first')
    .option('--actor <name>', 'only what this person did')
    .option('--target <path>', 'only what was done to this')
    .option('--since <time>', 'at or after this time, such as 2026-01-31T12:00:00Z')
    .option('--until <time>', 'before this time')
    .option('--limit <number>', 'entries to show, at most 100 (default: 50)')
    .option('--cursor <text>', 'go on where an earlier list ended')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline audit list --since 2026-01-31T12:00:00Z')
    .action((options: ListOptions) => list(options, terminal));
  const ledger = program.command('ledger').description('the record of events, runs and actions');
  ledger.addHelpText('after', '\nExample:\n  sagaline ledger verify');
  withGateway(ledger.command('verify'))
    .description('check that no entry of the audit was changed, removed or inserted; exit code 1 if one was')
    .option('--head <seq:hash>', 'head of an earlier check: shows also whether the end was cut off')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline ledger verify --json')
    .action((options: VerifyOptions) => verify(options, terminal));
  addRebuild(ledger, terminal);
}

async function list(options: ListOptions, terminal: Terminal): Promise<void> {
  const path = filteredPath('/audit', filters, options);
  const answer = await openControl(options, terminal).get(path, auditListSchema);
  if (options.json === true) {
    printJson(terminal, answer);
    return;
  }
  const rows = answer.audit.map(({ seq, at, actor, action, target, status, reason }) => [
    String(seq),
    at,
    actor,
    `${action} ${target}`,
    status === null ? 'begins' : String(status),
    reason ?? '',
  ]);
  for (const line of columns([['SEQ', 'AT', 'ACTOR', 'ACTION', 'ANSWER', 'REASON'], ...rows]))
    print(terminal, line);
  tellMore(answer.cursor, terminal);
}

async function verify({ head, json, ...options }: VerifyOptions, terminal: Terminal): Promise<void> {
  const named = /^(\d+):([0-9a-f]{64})$/.exec(head ?? '');
  if (head !== undefined && !named)
    throw new CommandEnd(
      exitCodes.usage,
      '--head must be what an earlier check printed, such as 12:9f86d0...',
    );
  const query = named ? `?seq=${named[1] ?? ''}&hash=${named[2] ?? ''}` : '';
  const answer = await openControl(options, terminal).get(`/audit/check${query}`, auditCheckSchema);
  const { entries, broken } = answer;
  if (json === true) printJson(terminal, answer);
  else {
    print(
      terminal,
      broken === null ? `${String(entries)} entries, none changed` : `Not as it was written: ${broken}`,
    );
    print(terminal, `head ${String(answer.head.seq)}:${answer.head.hash}`);
  }
  if (broken !== null) throw new CommandEnd(exitCodes.refused);
}
