import type { Command } from 'commander';
import { sources } from '../adapters/sources';
import { readSettings, type Settings } from '../config';
import { SagalineError } from '../domain/errors';
import { isThisMachine } from '../domain/network';
import { readConfiguration } from './configuration-file';
import { fine, type Finding, findingLines, wrong } from './doctor/finding';
import { addressFinding, gatewayFindings } from './doctor/gateway';
import { gitFinding, isolationFinding, nodeFinding, stateFinding } from './doctor/machine';
import { sourceFindings } from './doctor/sources';
import { spoolFinding } from './doctor/spool';
import { gatewayUrl, type GatewayOptions, withGateway } from './gateway-options';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

interface DoctorOptions extends GatewayOptions {
  config?: string;
  json?: true;
}

/** `sagaline doctor`: what is fine, doubtful and wrong with the settings of this machine and with a running platform. */
export function addDoctor(program: Command, terminal: Terminal): void {
  withGateway(
    program
      .command('doctor')
      .description('check the settings of this machine and the platform that runs, and say what to do'),
  )
    .option('--config <file>', 'platform configuration (default: SAGALINE_CONFIG, or sagaline.yaml)')
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      '\nRun it where the gateway runs, with its environment. The exit code is 1 when something is wrong.' +
        '\n\nExample:\n  sagaline doctor --config sagaline.yaml',
    )
    .action((options: DoctorOptions) => doctor(options, terminal));
}

async function doctor(options: DoctorOptions, terminal: Terminal): Promise<void> {
  const findings = await examine(options, terminal);
  const isWell = findings.every(({ level }) => level !== 'wrong');
  if (options.json === true) printJson(terminal, { ok: isWell, findings });
  else for (const line of findingLines(findings)) print(terminal, line);
  if (!isWell) throw new CommandEnd(exitCodes.refused);
}

async function examine(options: DoctorOptions, terminal: Terminal): Promise<Finding[]> {
  const node = nodeFinding(process.version);
  const settings = settingsOf(terminal);
  if ('level' in settings) return [node, settings];
  const url = gatewayUrl(options, settings);
  const state = await stateFinding(settings.state);
  return [
    node,
    await gitFinding(settings.path),
    await isolationFinding(settings),
    state,
    ...configurationFindings(options.config, settings, terminal),
    addressFinding(url),
    ...(await gatewayFindings(url, options, terminal)),
    // The spools of another machine cannot be seen from here.
    ...(isThisMachine(url) && state.level === 'fine' ? [await spoolFinding(settings.state)] : []),
  ];
}

function settingsOf(terminal: Terminal): Settings | Finding {
  try {
    return readSettings(terminal.environment);
  } catch (error) {
    if (!(error instanceof SagalineError)) throw error;
    return wrong('settings', error.detail, error.row.whatToDo);
  }
}

/** What is known about sagaline.yaml, and about the secrets of sources. Throws CommandEnd for a `named` file that is not there. */
function configurationFindings(named: string | undefined, settings: Settings, terminal: Terminal): Finding[] {
  const check = 'configuration';
  try {
    const { file, problems, content } = readConfiguration(named, terminal);
    if (problems.length > 0)
      return problems.map(({ line, message }) =>
        wrong(
          check,
          `${[file, line].filter(Boolean).join(':')}: ${message}`,
          'Mend it; docs/operating.md says what it may hold.',
        ),
      );
    const places = { own: settings.sourceSecrets, environment: settings.environment };
    const known = [...sources.keys(), 'events', 'cloudevents'];
    return [
      fine(check, content ? `${file} is valid` : `there is no ${file}, so that defaults hold`),
      ...sourceFindings(content?.sources ?? [], known, places),
    ];
  } catch (error) {
    if (named !== undefined || !(error instanceof CommandEnd)) throw error;
    return [wrong(check, error.message, 'Write it, or name another one with SAGALINE_CONFIG.')];
  }
}
