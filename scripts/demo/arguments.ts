import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  keep: boolean;
  json: boolean;
  help: boolean;
  /** Folder for everything the demo writes; undefined for one in the temporary folder that is removed at the end. */
  state: string | undefined;
  /** Requests a second that the load generator sends. */
  rate: number;
}

export const usage = `Usage: npm run demo -- [options]

From a git push to a canary release, and to an automatic rollback: starts the platform on a state folder of its own,
pushes four versions of a small shop under live traffic, and says what users met of each. Exits 0 when everything
came out as it must, 1 when something differed, 130 after Ctrl-C.

  --keep          stay up at the end, with Web UI, gateway and shop, until Ctrl-C
  --state <dir>   write everything there, and keep it (default: a temporary folder, removed at the end)
  --rate <n>      requests a second to the shop (default: 400)
  --json          print the result as JSON on stdout, progress on stderr
  --help          this text`;

/** Reads the command line. Throws a TypeError or RangeError that says which argument is wrong. */
export function parseDemoArguments(argv: string[]): DemoOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      state: { type: 'string' },
      rate: { type: 'string', default: '400' },
    },
  });
  const rate = Number(values.rate);
  // Fewer would not give the first weight its samples within one interval; more measures the machine, not the platform.
  if (!Number.isInteger(rate) || rate < 200 || rate > 2000) {
    throw new RangeError(`--rate must be a whole number from 200 to 2000, not ${values.rate}`);
  }
  const state = values.state === undefined ? undefined : resolve(values.state);
  return { keep: values.keep, json: values.json, help: values.help, state, rate };
}
