import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { Command } from 'commander';
import { payloadEncryption } from '../codec/data-converter';
import { largeAnswers, readSettings, temporalConnection } from '../config';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

/** `sagaline replay`: whether a run's history can still be executed by the present workflow code. */
export function addReplay(program: Command, terminal: Terminal): void {
  program
    .command('replay')
    .description('replay the history of a run, or of any workflow, on the present workflow code')
    .argument('<history>', 'id of a run, or a history file: `temporal workflow show --output json`')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nThe exit code is 0 when the history replays and 1 when it does not.' +
        '\n\nExample:\n  sagaline replay run:default:acme%2Fshop:deliver:1f2e',
    )
    .action((history: string, options: { json?: true }) => replay(history, options, terminal));
}

async function replay(named: string, { json }: { json?: true }, terminal: Terminal): Promise<void> {
  const history = named.endsWith('.json')
    ? readHistory(named, terminal)
    : await fetchHistory(named, terminal);
  const workflowId = idIn(history, named);
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  });
  const encryption = payloadEncryption(readSettings(terminal.environment).encryption);
  const workflowBundle = { codePath: join(__dirname, '..', '..', 'workflow-bundle.js') };
  const fault = await Worker.runReplayHistory({ workflowBundle, ...encryption }, history, workflowId).then(
    () => null,
    (error: unknown) => reasonOf(error),
  );
  if (json === true) printJson(terminal, { history: named, deterministic: fault === null, fault });
  else if (fault === null) print(terminal, `${named} replays: the present code is deterministic for it.`);
  if (fault !== null) throw new CommandEnd(exitCodes.refused, `${named} does not replay: ${fault}`);
}

interface StartedHistory {
  events?: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[];
}

/** A run names its canaries after itself, so its id is part of what is replayed. */
function idIn(history: unknown, named: string): string {
  const [started] = (history as StartedHistory | null)?.events ?? [];
  const id = started?.workflowExecutionStartedEventAttributes?.workflowId;
  if (id) return id;
  throw new CommandEnd(
    exitCodes.usage,
    `${named} is no history: its first event does not tell the workflow's id`,
  );
}

/** The rule that was broken, out of the SDK's report. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /\[TMPRL\d+\] .*?(?=", source: ")/s.exec(text)?.[0] ?? text;
}

function readHistory(file: string, { folder }: Terminal): unknown {
  try {
    return JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as unknown;
  } catch (error) {
    throw new CommandEnd(exitCodes.usage, `${file} is no history: ${(error as Error).message}`);
  }
}

async function fetchHistory(id: string, { environment }: Terminal): Promise<unknown> {
  const { connectionOptions, namespace = 'default' } = temporalConnection(readSettings(environment));
  try {
    const connection = await Connection.connect({ ...connectionOptions, channelArgs: largeAnswers });
    try {
      return await new Client({ connection, namespace }).workflow.getHandle(id).fetchHistory();
    } finally {
      await connection.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandEnd(exitCodes.refused, `The history of ${id} cannot be read from Temporal: ${why}`);
  }
}
