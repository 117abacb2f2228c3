import { parseArgs } from 'node:util';

/** What each bench measures. */
export const benchTitles = {
  gateway: 'POST /hooks/github beside a bare signalWithStart, alternating in one run',
  sustained:
    'the gateway under load for minutes, beside the bare ceiling: rate, answer times, memory, nothing lost (Linux)',
  rollback: 'five bad versions under live traffic: how long each is seen',
  memory: 'what an idle platform keeps in memory (Linux)',
  overhead: 'from a webhook to the start of its run, and to its end after five trivial shell steps',
  steps: 'a run of five trivial steps beside a workflow of five activities written by hand',
  waiting: '5,000 runs that wait on one worker process: its memory, and how soon a newcomer starts (Linux)',
  peers:
    'the same five steps, and the same undoing, by runs, Temporal by hand, Restate, DBOS and gitlab-ci-local',
  pipelines:
    'from a webhook to the end of five trivial steps, alone and 50 in flight, beside Temporal by hand',
  growth: '10 to 10,000 events of one subject, 100 to 10,000 waiting runs, one to four workers (Linux)',
} as const;
export type BenchName = keyof typeof benchTitles;

export const benchNames = Object.keys(benchTitles) as BenchName[];

export const backends = ['embedded', 'postgresql'] as const;
/** What Temporal runs on. */
export type BackendName = (typeof backends)[number];

export interface BenchOptions {
  names: BenchName[];
  backends: BackendName[];
  /** Folder of the figures as JSON and the plots. */
  out: string;
  json: boolean;
  quick: boolean;
  help: boolean;
}

export const usage = `Usage: npm run bench [-- NAME... [options]]

Measures the platform on this machine, on a state folder of its own that is removed at the end. Exits 0 when every
target is met, 1 when one is missed or a measurement failed, 130 after Ctrl-C. Without names it runs all, on both backends:

${benchNames.map((name) => `  ${name.padEnd(9)} ${benchTitles[name]}`).join('\n')}

  --backend NAME  what Temporal runs on: embedded, postgresql (its server is built with Go, once) or both
                  (embedded where names are given, else both)
  --out FOLDER    where the figures are kept as JSON, with a plot of each growth curve (default .bench-results);
                  what was measured there before of other benches stays
  --quick         a tenth of the rounds, to see that everything works: such figures say nothing
  --json          print the figures as JSON on stdout, progress on stderr
  --help          this text`;

/** Reads the command line. Throws TypeError or RangeError that says which argument is wrong. */
export function parseBenchArguments(argv: string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      backend: { type: 'string' },
      out: { type: 'string', default: '.bench-results' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const names = positionals.map((text) => known('bench', text, benchNames));
  const { backend = names.length > 0 ? 'embedded' : 'both', out, json, quick, help } = values;
  return {
    names: names.length > 0 ? names : [...benchNames],
    backends: backend === 'both' ? [...backends] : [known('backend', backend, backends)],
    ...{ out, json, quick, help },
  };
}

function known<T extends string>(kind: string, text: string, all: readonly T[]): T {
  const name = all.find((one) => one === text);
  if (name === undefined) throw new RangeError(`there is no ${kind} ${text}; there are ${all.join(', ')}`);
  return name;
}
