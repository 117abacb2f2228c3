import type { Command } from 'commander';
import { type LaneAnswer, laneListSchema, laneSchema } from './answers';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { columns } from './table';
import { print, printJson, type Terminal } from './terminal';

type ViewOptions = GatewayOptions & { json?: true };

const lanePath = (service: string, environment: string, ...rest: string[]): string =>
  ['/lanes', ...[service, environment, ...rest].map(encodeURIComponent)].join('/');

/** `sagaline lanes`, `sagaline lane show` and `sagaline lane rollback`. */
export function addLanes(program: Command, terminal: Terminal): void {
  withGateway(program.command('lanes'))
    .description('what is live in every environment')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline lanes')
    .action((options: ViewOptions) => list(options, terminal));
  const lane = program.command('lane').description('one service in one environment');
  lane.addHelpText('after', '\nExample:\n  sagaline lane show shop production');
  withGateway(lane.command('show'))
    .description('what is live, what was live before, and who waits')
    .argument('<service>')
    .argument('<environment>')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline lane show shop production')
    .action(async (service: string, environment: string, options: ViewOptions) => {
      const answer = await openControl(options, terminal).get(lanePath(service, environment), laneSchema);
      show(answer, options, terminal);
    });
  withGateway(lane.command('rollback'))
    .description('go back to an earlier release; database changes stay')
    .argument('<service>')
    .argument('<environment>')
    .argument('<release>', 'id of an earlier release, as `lane show` lists it')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sagaline lane rollback shop production r-0123456789ab --reason "wrong prices"',
    )
    .action(
      (service: string, environment: string, release: string, options: ViewOptions & { reason: string }) =>
        rollback(service, environment, release, options, terminal),
    );
}

async function list(options: ViewOptions, terminal: Terminal): Promise<void> {
  const answer = await openControl(options, terminal).get('/lanes', laneListSchema);
  if (options.json === true) {
    printJson(terminal, answer);
    return;
  }
  const rows = answer.lanes.map((lane) => [
    lane.service,
    lane.environment,
    lane.live?.id ?? 'nothing',
    lane.live?.commit.slice(0, 12) ?? '',
    canaryOf(lane),
    String(lane.waiting.length),
  ]);
  const heads = ['SERVICE', 'ENVIRONMENT', 'LIVE', 'COMMIT', 'CANARY', 'WAITING'];
  for (const line of columns([heads, ...rows])) print(terminal, line);
}

async function rollback(
  service: string,
  environment: string,
  release: string,
  options: ViewOptions & { reason: string },
  terminal: Terminal,
): Promise<void> {
  const control = openControl(options, terminal);
  const body = { release, reason: options.reason };
  // A rollback that takes its time is answered with the lane's name alone.
  const accepted = laneSchema.partial().loose();
  const answer = await control.post(lanePath(service, environment, 'rollback'), body, accepted);
  const lane = laneSchema.safeParse(answer);
  if (lane.success) show(lane.data, options, terminal);
  else if (options.json === true) printJson(terminal, answer);
  else print(terminal, `Accepted. See how it goes: sagaline lane show ${service} ${environment}`);
}

function show(lane: LaneAnswer, options: ViewOptions, terminal: Terminal): void {
  if (options.json === true) {
    printJson(terminal, lane);
    return;
  }
  const { live, holder, waiting, earlier, problem } = lane;
  const rows = [
    ['live', live === null ? 'nothing' : `${live.id} of commit ${live.commit.slice(0, 12)}`],
    ['generation', String(lane.generation)],
    ['canary', canaryOf(lane) || 'none'],
    ['deploying', holder?.workflowId ?? 'nobody'],
    ...waiting.map(({ workflowId }) => ['waiting', workflowId]),
    ...earlier.map(({ id, commit }) => ['earlier', `${id} of commit ${commit.slice(0, 12)}`]),
    ...(problem === null ? [] : [['problem', problem]]),
  ];
  print(terminal, `${lane.service} in ${lane.environment}`);
  for (const line of columns(rows, '  ')) print(terminal, line);
}

/** Share of requests that a canary gets; empty when none runs. */
function canaryOf({ traffic }: LaneAnswer): string {
  return traffic && traffic.weight > 0 ? `${String(traffic.weight)} %` : '';
}
