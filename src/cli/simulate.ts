import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { runStatuses, type RunStatus } from '../domain/run';
import { type InputValue, inputOption } from './input-option';
import { readEvent } from './simulate/event-file';
import { failOption, type Failing, outcomeFaults, stepOption } from './simulate/outcomes';
import { rehearse } from './simulate/rehearsal';
import { findPipeline, runInputOf, wrong } from './simulate/rehearsed';
import { junit, reportLines } from './simulate/report';
import { findTestServer } from './simulate/test-server';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

interface SimulateOptions {
  event: string;
  fail: Failing[];
  inconclusive: string[];
  kill: string[];
  reject: string[];
  input: Record<string, InputValue>;
  config?: string;
  expect: RunStatus;
  json?: true;
  junit?: string;
}

/** `sagaline simulate`: rehearses a run on the real workflow code, in simulated time and with scripted outcomes. */
export function addSimulate(program: Command, terminal: Terminal): void {
  program
    .command('simulate')
    .description('rehearse a run of a pipeline: the real workflow, scripted outcomes, an hour in seconds')
    .argument('<pipeline>', 'pipeline file, or name of a pipeline in .sagaline')
    .requiredOption('--event <file>', 'JSON file of the event that starts it: {"kind", "data"}')
    .option(
      '--fail <step[@weight]>',
      'let the step fail, a canary at that weight; may be repeated',
      failOption,
      [],
    )
    .option('--inconclusive <step>', 'give the canary no data; may be repeated', stepOption, [])
    .option('--kill <step>', 'let the worker die while it executes the step; may be repeated', stepOption, [])
    .option('--reject <step>', 'refuse the approval, instead of granting it; may be repeated', stepOption, [])
    .option('--input <name=value>', 'input of the pipeline; may be repeated', inputOption, {})
    .option(
      '--config <file>',
      'platform configuration; its user-written steps are loaded (default: sagaline.yaml)',
    )
    .addOption(
      new Option('--expect <status>', 'status that makes the exit code 0')
        .choices(runStatuses)
        .default('succeeded'),
    )
    .option('--json', 'print status, reason, timeline and compensations as JSON')
    .option('--junit <file>', 'write the result as JUnit XML too')
    .addHelpText(
      'after',
      '\nThe exit code is 0 when the run ends as expected, 1 when it does not, 2 when nothing can be rehearsed.' +
        '\n\nExample:\n  sagaline simulate deliver --event push.json --fail release@25 --expect rolled-back',
    )
    .action((pipeline: string, options: SimulateOptions) => simulate(pipeline, options, terminal));
}

async function simulate(named: string, options: SimulateOptions, terminal: Terminal): Promise<void> {
  const event = readEvent(options.event, terminal);
  const found = await findPipeline(named, options.config, terminal);
  const { fail, inconclusive, kill, reject } = options;
  const outcomes = { fail, inconclusive, kill, reject };
  const faults = outcomeFaults(found.plan, outcomes);
  if (faults.length > 0) throw wrong(faults.join('\n'));
  const started = runInputOf(found, event, options.input);
  const rehearsal = await rehearse({ ...started, outcomes }, findTestServer(terminal));
  if (options.json === true) printJson(terminal, rehearsal);
  else for (const line of reportLines(rehearsal)) print(terminal, line);
  if (options.junit !== undefined) {
    const file = resolve(terminal.folder, options.junit);
    writeFileSync(file, junit(found.pipeline.name, options.expect, rehearsal));
  }
  if (rehearsal.status === options.expect) return;
  throw new CommandEnd(exitCodes.refused, `The run ended as ${rehearsal.status}, not as ${options.expect}.`);
}
