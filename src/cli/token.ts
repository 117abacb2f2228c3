import type { Command } from 'commander';
import { tokenRoles } from '../domain/api-token';
import { createdTokenSchema, type TokenAnswer, tokenListSchema, tokenSchema } from './answers';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { columns } from './table';
import { print, printJson, type Terminal } from './terminal';

type Viewing = GatewayOptions & { json?: true };
type Creating = Viewing & {
  role: string;
  environment?: string[];
  project?: string[];
  expires: string;
  reason?: string;
};

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/** `sagaline token create`, `list` and `revoke`. */
export function addTokens(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('tokens of the control API, for machines and people');
  token.addHelpText('after', '\nExample:\n  sagaline token list');
  withGateway(token.command('create'))
    .description('make a token; its secret is printed once, alone on standard output')
    .argument('<name>', 'by which the audit calls who acts with it')
    .requiredOption('--role <role>', tokenRoles.join(', '))
    .requiredOption('--expires <duration>', 'such as 90d, or never')
    .option('--environment <name>', 'for an operator: may change this one only; repeat it for more', collect)
    .option(
      '--project <name>',
      "counts in this project instead of the gateway's; repeat it for more",
      collect,
    )
    .option('--reason <text>', 'why, for those who read it later')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sagaline token create release-bot --role operator --environment staging --expires 90d',
    )
    .action((name: string, options: Creating) => create(name, options, terminal));
  withGateway(token.command('list'))
    .description('tokens of this project, without their secrets')
    .option('--all', 'also those that have expired or were revoked')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline token list --all')
    .action((options: Viewing & { all?: true }) => list(options, terminal));
  withGateway(token.command('revoke'))
    .description('end a token for good')
    .argument('<id>', 'as `token list` shows it')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline token revoke 0123456789abcdef --reason "was in a log"')
    .action(async (id: string, { reason, ...options }: Viewing & { reason: string }) => {
      const path = `/tokens/${encodeURIComponent(id)}/revoke`;
      const answer = await openControl(options, terminal).post(path, { reason }, tokenSchema);
      if (options.json === true) printJson(terminal, answer);
      else print(terminal, `${answer.name} (${answer.id}) is revoked`);
    });
}

async function create(name: string, options: Creating, terminal: Terminal): Promise<void> {
  const { role, environment, project, expires, reason } = options;
  const wanted = { name, role, environments: environment, projects: project, expiresIn: expires, reason };
  const answer = await openControl(options, terminal).post('/tokens', wanted, createdTokenSchema);
  if (options.json === true) {
    printJson(terminal, answer);
    return;
  }
  const until = answer.expiresAt === null ? 'does not expire' : `until ${answer.expiresAt}`;
  terminal.complain(
    `${answer.name} (${answer.id}), ${role}, ${until}. Keep it now: it is not shown again.\n`,
  );
  print(terminal, answer.token);
}

async function list(options: Viewing & { all?: true }, terminal: Terminal): Promise<void> {
  const { tokens } = await openControl(options, terminal).get('/tokens', tokenListSchema);
  const shown = options.all === true ? tokens : tokens.filter(({ status }) => status === 'valid');
  if (options.json === true) {
    printJson(terminal, { tokens: shown });
    return;
  }
  for (const line of columns([
    ['ID', 'NAME', 'ROLE', 'ENVIRONMENTS', 'STATUS', 'EXPIRES'],
    ...shown.map(row),
  ]))
    print(terminal, line);
}

const row = ({ id, name, role, environments, status, expiresAt }: TokenAnswer): string[] => [
  ...[id, name, role, environments?.join(' ') ?? 'all', status, expiresAt ?? 'never'],
];
