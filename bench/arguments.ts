import { parseArgs } from 'node:util';

export const benchNames = [
  'gateway',
  'sustained',
  'rollback',
  'memory',
  'overhead',
  'steps',
  'waiting',
] as const;
export type BenchName = (typeof benchNames)[number];

export interface BenchOptions {
  names: BenchName[];
  json: boolean;
  help: boolean;
}

export const usage = `Usage: npm run bench [-- NAME... [options]]

Measures the platform on this machine, on a state folder of its own that is removed at the end. Exits 0 when every
target is met, 1 when one is missed or a measurement failed, 130 after Ctrl-C. Without names it runs all:

  gateway   POST /hooks/github beside a bare signalWithStart, alternating in one run
  sustained the gateway under load for minutes, beside the bare ceiling: rate, answer times, memory, nothing lost (Linux)
  rollback  five bad versions under live traffic: how long each is seen
  memory    what an idle platform keeps in memory (Linux)
  overhead  from an event to the start of its run, and to its end after five trivial shell steps
  steps     a run of five trivial steps beside a workflow of five activities written by hand
  waiting   5,000 runs that wait on one worker process: its memory, and how soon a newcomer starts (Linux)

  --json    print the figures as JSON on stdout, progress on stderr
  --help    this text`;

/** Reads the command line. Throws TypeError or RangeError that says which argument is wrong. */
export function parseBenchArguments(argv: string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const named = positionals.map(benchNameOf);
  return { names: named.length > 0 ? named : [...benchNames], json: values.json, help: values.help };
}

function benchNameOf(text: string): BenchName {
  const name = benchNames.find((known) => known === text);
  if (name === undefined)
    throw new RangeError(`there is no bench ${text}; there are ${benchNames.join(', ')}`);
  return name;
}
