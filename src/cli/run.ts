import type { Command } from 'commander';
import { addRunActions } from './run-actions';
import { addRunLogs } from './run-logs';
import { addRunStart } from './run-start';
import { addRunViews } from './run-views';
import type { Terminal } from './terminal';

/** `sagaline run`: starts runs, shows them, and tells them what a person decided. */
export function addRun(program: Command, terminal: Terminal): void {
  const run = program.command('run').description('start, show and steer runs');
  run.addHelpText('after', '\nExample:\n  sagaline run list --status needs-human');
  addRunStart(run, terminal);
  addRunViews(run, terminal);
  addRunLogs(run, terminal);
  addRunActions(run, terminal);
}
