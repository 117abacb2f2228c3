import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { acceptedRunSchema, routedEventSchema, type RunAnswer } from './answers';
import type { Control } from './control';
import { followRun, patiently } from './follow';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { type InputValue, inputOption } from './input-option';
import { quoted } from './run-text';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

interface StartOptions extends GatewayOptions {
  repository: string;
  ref: string;
  input: Record<string, InputValue>;
  key?: string;
  follow?: true;
  json?: true;
}

/** Milliseconds between two looks at an event that is not routed yet. */
const lookMs = 200;

/** `sagaline run start`: an event of kind `manual`, and the run that comes of it. */
export function addRunStart(run: Command, terminal: Terminal): void {
  withGateway(run.command('start'))
    .description('start a pipeline by hand')
    .argument('<pipeline>', 'name of the pipeline')
    .requiredOption('--repository <owner/name>', 'registered repository that holds the pipeline')
    .option('--ref <ref>', 'full ref whose head is built', 'refs/heads/main')
    .option('--input <name=value>', 'input of the pipeline; may be repeated', inputOption, {})
    .option('--key <text>', 'starts one run, however often it is sent')
    .option('--follow', 'show what happens until the run has closed; exit code 0 only if it succeeded')
    .option('--json', 'print the answer as JSON; with --follow the closed run, and what happens on stderr')
    .addHelpText(
      'after',
      '\nA value that reads as a number, true or false is sent as such; quotes keep it a text: --input \'tag="1"\'.' +
        '\n\nExample:\n  sagaline run start deliver --repository acme/shop --input level=high --follow',
    )
    .action((pipeline: string, options: StartOptions) => start(pipeline, options, terminal));
}

async function start(pipeline: string, options: StartOptions, terminal: Terminal): Promise<void> {
  const control = openControl(options, terminal);
  const { repository, ref, input: inputs, key } = options;
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  const answer = await control.post(
    '/runs',
    { pipeline, repository, ref, inputs },
    acceptedRunSchema,
    headers,
  );
  if (options.follow !== true && options.json === true) {
    printJson(terminal, answer);
    return;
  }
  const id = await runOf(answer.id, pipeline, control);
  if (options.follow !== true) {
    print(terminal, id);
    terminal.complain(`Follow it: sagaline run show ${quoted(id)} --follow\n`);
    return;
  }
  const json = options.json === true;
  if (!json) print(terminal, id);
  await followToTheEnd(control, id, json, terminal);
}

/** Shows a run until it has closed. Throws CommandEnd when it did not succeed. */
export async function followToTheEnd(
  control: Control,
  id: string,
  json: boolean,
  terminal: Terminal,
): Promise<void> {
  const tell = (line: string) => (json ? terminal.complain(`${line}\n`) : print(terminal, line));
  const run: RunAnswer = await followRun(control, id, tell);
  if (json) printJson(terminal, run);
  if (run.status !== 'succeeded') throw new CommandEnd(exitCodes.notSucceeded);
}

/** The run that an accepted event started. Throws CommandEnd with the decision when none was. */
async function runOf(accepted: string, pipeline: string, control: Control): Promise<string> {
  if (accepted.startsWith('run:')) return accepted;
  for (;;) {
    const path = `/events/${encodeURIComponent(accepted)}`;
    const { status, decisions } = await patiently(() => control.get(path, routedEventSchema));
    const own = decisions.filter((decision) => decision.pipeline === pipeline);
    const [started] = own.flatMap(({ runId }) => runId ?? []);
    if (started !== undefined) return started;
    if (status !== 'received') {
      const reasons = (own.length > 0 ? own : decisions).map(({ reason }) => reason);
      throw new CommandEnd(exitCodes.refused, `No run of ${pipeline} was started: ${reasons.join('; ')}`);
    }
    await delay(lookMs);
  }
}
