import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { z } from 'zod';
import { type GatewayOptions, openControl, withGateway } from './gateway-options';
import { CommandEnd, exitCodes, print, printJson, type Terminal } from './terminal';

type RebuildOptions = GatewayOptions & { since?: string; json?: true };

/** One line of the answer of `POST /ledger/rebuild`. */
const lineSchema = z.union([
  z.looseObject({ done: z.literal(false), inboxes: z.number(), events: z.number(), runs: z.number() }),
  z.looseObject({ done: z.literal(false), problem: z.string() }),
  z.looseObject({ done: z.literal(true) }),
]);

/** `sagaline ledger rebuild`. */
export function addRebuild(ledger: Command, terminal: Terminal): void {
  withGateway(ledger.command('rebuild'))
    .description('write what the ledger misses of events and runs, as far back as Temporal retains them')
    .option('--since <time>', 'only what came at or after this time, such as 2026-01-31T12:00:00Z')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  sagaline ledger rebuild --since 2026-01-31T12:00:00Z')
    .action((options: RebuildOptions) => rebuild(options, terminal));
}

async function rebuild({ since, json, ...options }: RebuildOptions, terminal: Terminal): Promise<void> {
  const answer = openControl(options, terminal).stream('/ledger/rebuild', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ since }),
  });
  let last = { inboxes: 0, events: 0, runs: 0 };
  let isDone = false;
  for await (const text of createInterface({ input: Readable.from(answer) })) {
    const line = lineSchema.parse(JSON.parse(text));
    if ('problem' in line && typeof line.problem === 'string')
      throw new CommandEnd(exitCodes.refused, `The ledger cannot be rebuilt now: ${line.problem}`);
    if (line.done) isDone = true;
    else {
      const { inboxes, events, runs } = line as typeof last;
      last = { inboxes, events, runs };
      if (inboxes % 100 === 0)
        terminal.complain(`${String(inboxes)} inboxes, ${String(events)} events ...\n`);
    }
  }
  if (!isDone)
    throw new CommandEnd(
      exitCodes.refused,
      'The answer broke off: start it again, nothing is written twice.',
    );
  if (json === true) printJson(terminal, last);
  else
    print(
      terminal,
      `${String(last.events)} events of ${String(last.inboxes)} inboxes and ${String(last.runs)} runs`,
    );
}
