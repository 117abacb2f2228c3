import { Command, CommanderError } from 'commander';
import { SagalineError } from '../domain/errors';
import { addAudit } from './audit';
import { addDoctor } from './doctor';
import { addEvents } from './events';
import { addInit } from './init';
import { addLanes } from './lanes';
import { version } from './package-folder';
import { addReleases } from './releases';
import { addRun } from './run';
import { addSchema } from './schema';
import { addReplay } from './replay';
import { addSimulate } from './simulate';
import { guarded } from './shown';
import { CommandEnd, type ExitCode, exitCodes, type Terminal } from './terminal';
import { addTokens } from './token';
import { addValidate } from './validate';

/** Every command: one line adds one. */
const commands: ((program: Command, terminal: Terminal) => void)[] = [
  addValidate,
  addInit,
  addDoctor,
  addSchema,
  addRun,
  addLanes,
  addReleases,
  addEvents,
  addAudit,
  addTokens,
  addSimulate,
  addReplay,
];

/** Executes one command line, without the names of node and of the command itself. Never throws; returns the exit code. */
export async function runCommandLine(words: readonly string[], screen: Terminal): Promise<ExitCode> {
  const terminal = guarded(screen);
  const program = new Command('sagaline')
    .description('Durable delivery: pipelines that either finish or are undone.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.complain(text),
    })
    .showHelpAfterError('(add --help for what is possible)')
    .addHelpText('after', '\nExample:\n  sagaline init service && sagaline validate');
  for (const add of commands) add(program, terminal);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCodes.success;
  } catch (error) {
    return ending(error, terminal);
  }
}

function ending(error: unknown, terminal: Terminal): ExitCode {
  // Commander has written its message itself; help that was asked for is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  if (error instanceof CommandEnd) {
    if (error.message !== '') terminal.complain(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof SagalineError) {
    terminal.complain(`${error.row.title}: ${error.detail}\n${error.row.whatToDo}\n`);
    return exitCodes.refused;
  }
  terminal.complain(`sagaline: ${error instanceof Error ? error.message : String(error)}\n`);
  return exitCodes.refused;
}
