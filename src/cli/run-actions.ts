import { type Command, Option } from 'commander';
import { z } from 'zod';
import { acceptedRunSchema, runSchema } from './answers';
import { runPath } from './follow';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { quoted, runText } from './run-text';
import { print, printJson, type Terminal } from './terminal';

interface ActionOptions extends GatewayOptions {
  step?: string;
  reason?: string;
  action?: string;
  json?: true;
}

/** Something a person tells a run. */
interface Action {
  name: string;
  description: string;
  /** Which options it takes; those that end in `!` must be given. */
  takes: ('step' | 'step!' | 'again' | 'reason' | 'reason!' | 'action!')[];
  example: string;
}

const example = 'run:default:acme%2Fshop:deliver:4f2a';

const actions: Action[] = [
  {
    name: 'cancel',
    description: 'stop a run and undo what it did',
    takes: ['reason'],
    example: `${example} --reason "wrong branch"`,
  },
  {
    name: 'approve',
    description: 'say yes to an approval that waits, or to a release in a freeze',
    takes: ['step', 'reason'],
    example: `${example} --step release-approval`,
  },
  {
    name: 'reject',
    description: 'say no to an approval that waits',
    takes: ['step', 'reason'],
    example: `${example} --reason "not before the sale"`,
  },
  {
    name: 'promote',
    description: 'take a canary now, whatever its checks say',
    takes: ['step', 'reason!'],
    example: `${example} --reason "the metrics are down, the release is fine"`,
  },
  {
    name: 'abort',
    description: 'take a canary back and undo the run',
    takes: ['step', 'reason!'],
    example: `${example} --reason "customers complain"`,
  },
  {
    name: 'retry',
    description: 'start a closed run again from the first step that did not succeed',
    takes: ['again', 'reason'],
    example,
  },
  {
    name: 'resolve',
    description: 'decide about an undo that keeps failing',
    takes: ['step!', 'action!', 'reason!'],
    example: `${example} --step migrate --action done --reason "schema put back by hand"`,
  },
];

/** Operator actions on one run: `sagaline run cancel` and its siblings. */
export function addRunActions(run: Command, terminal: Terminal): void {
  for (const action of actions) {
    const command = withGateway(run.command(action.name))
      .description(action.description)
      .argument('<run>', 'id of the run')
      .option('--json', 'print the answer as JSON')
      .addHelpText('after', `\nExample:\n  sagaline run ${action.name} ${action.example}`);
    for (const option of action.takes.map(optionOf)) command.addOption(option);
    command.action((id: string, options: ActionOptions) => act(action.name, id, options, terminal));
  }
}

function optionOf(written: Action['takes'][number]): Option {
  switch (written) {
    case 'step':
      return new Option('--step <id>', 'which step, where several wait');
    case 'step!':
      return new Option('--step <id>', 'step whose undo keeps failing').makeOptionMandatory();
    case 'again':
      return new Option('--step <id>', 'refuse unless this step would be executed again');
    case 'reason':
      return new Option('--reason <text>', 'why, for those who read it later');
    case 'reason!':
      return new Option('--reason <text>', 'why, for those who read it later').makeOptionMandatory();
    case 'action!':
      return new Option('--action <what>', 'try the undo again, leave it out, or take it as done by hand')
        .choices(['retry', 'skip', 'done'])
        .makeOptionMandatory();
  }
}

async function act(name: string, id: string, options: ActionOptions, terminal: Terminal): Promise<void> {
  const { step, reason, action } = options;
  const body = { ...(step && { step }), ...(reason && { reason }), ...(action && { action }) };
  // Actions that take effect at once answer with the run, the others with its id alone.
  const answerSchema = z.union([runSchema, acceptedRunSchema]);
  const answer = await openControl(options, terminal).post(runPath(id, name), body, answerSchema);
  if (options.json === true) printJson(terminal, answer);
  else if ('steps' in answer) for (const line of runText(runSchema.parse(answer))) print(terminal, line);
  else {
    print(terminal, answer.id);
    terminal.complain(`Accepted. Follow it: sagaline run show ${quoted(answer.id)} --follow\n`);
  }
}
