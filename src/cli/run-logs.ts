import type { Command } from 'commander';
import { runSchema } from './answers';
import type { Control } from './control';
import { patiently, runPath } from './follow';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { withoutColours } from './shown';
import type { Terminal } from './terminal';

/** `sagaline run logs`: what a step printed, or prints. */
export function addRunLogs(run: Command, terminal: Terminal): void {
  withGateway(run.command('logs'))
    .description('what a step printed')
    .argument('<run>', 'id of the run')
    .argument('<step>', 'id of the step')
    .option('--follow', 'go on until the step has ended')
    .addHelpText(
      'after',
      '\nExample:\n  sagaline run logs run:default:acme%2Fshop:deliver:4f2a build --follow',
    )
    .action(async (id: string, step: string, options: GatewayOptions & { follow?: true }) => {
      const control = openControl(options, terminal);
      const path = runPath(id, 'steps', step, 'logs');
      if (options.follow !== true) {
        await copier(control, path, terminal)();
        return;
      }
      // A gateway or a run that is not there is told at once; afterwards both may be away for a while.
      await control.get(runPath(id), runSchema);
      await patiently(copier(control, `${path}?follow=1`, terminal));
    });
}

/** A function that writes a log as it comes; called again it goes on after what was written, because a log only grows. */
function copier(control: Control, path: string, terminal: Terminal): () => Promise<void> {
  const decoder = new TextDecoder();
  const plain = withoutColours();
  let written = 0;
  return async () => {
    let read = 0;
    for await (const chunk of control.stream(path)) {
      const fresh = chunk.subarray(Math.max(0, written - read));
      read += chunk.length;
      written = Math.max(written, read);
      terminal.write(plain(decoder.decode(fresh, { stream: true })));
    }
    terminal.write(plain(decoder.decode()) + plain());
  };
}
