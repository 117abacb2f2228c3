import { rm } from 'node:fs/promises';
import { build } from './build.mjs';
import { check } from './checks.mjs';
import { become } from './child.mjs';
import { install } from './install.mjs';
import { interruptible } from './interruption.mjs';
import { withLock } from './lock.mjs';
import { say } from './progress.mjs';
import { at } from './root.mjs';

export const usage = `usage: node scripts/bootstrap.mjs COMMAND [ARGUMENTS]

  setup    installs, builds and finds the Temporal binaries and Moto; --json prints their paths
  start    starts the platform
  stop     stops it
  demo     shows a delivery, a canary and a rollback on this machine
  test     runs the tests; arguments are Jest's
  faults   runs the tests that break things, with 2,000 random pipelines (SAGALINE_SAGA_CASES sets another number) and the fault
           matrix with the seeds 1,2,3 (SAGALINE_FAULT_SEED sets others), and writes what was found to docs/reliability.*
  api      calls the API of a platform by its OpenAPI document, with Schemathesis
  bench    measures
  cli      the command sagaline
  check    formatting, lint, types, import rules, unused code`;

/** What each binary is called in a line for people, in the environment of a child that is told its path, and in the setup module. */
const binaries = {
  temporalCli: { title: 'Temporal CLI', variable: 'SAGALINE_TEMPORAL_CLI', find: 'findTemporalCli' },
  testServer: { title: 'Temporal test server', variable: 'SAGALINE_TEST_SERVER', find: 'findTestServer' },
  schemathesis: {
    title: 'Schemathesis',
    variable: 'SAGALINE_TEST_SCHEMATHESIS',
    find: 'findSchemathesis',
  },
  toxiproxy: { title: 'toxiproxy', variable: 'SAGALINE_TEST_TOXIPROXY', find: 'findToxiproxy' },
  temporalForPostgresql: {
    title: 'Temporal server for PostgreSQL',
    find: 'findTemporalForPostgresql',
  },
  moto: { title: 'Moto, S3 for tests', variable: 'SAGALINE_TEST_MOTO', find: 'findMoto' },
};

/** What `npm test` needs. */
const ofTests = ['temporalCli', 'testServer', 'moto'];

/** What a person may do, by name: each takes the remaining arguments and returns an exit code. */
export const commands = {
  setup,
  start: (args) =>
    run([at('dist/src/platform/up.js'), ...args], temporalIsElsewhere() ? [] : ['temporalCli']),
  stop: (args) => run([at('dist/src/platform/stop.js'), ...args], []),
  demo: (args) => run([at('dist/scripts/demo/main.js'), ...args], ['temporalCli']),
  api: (args) => run([at('dist/scripts/api/main.js'), ...args], ['temporalCli', 'schemathesis']),
  bench: (args) => run([at('dist/bench/main.js'), ...args], ['temporalCli']),
  cli: (args) => run([at('dist/src/cli/main.js'), ...args], []),
  test: (args) => run([at('node_modules/jest/bin/jest.js'), ...args], ofTests),
  faults: async (args) => {
    const isWhole = args.length === 0 && process.env.SAGALINE_FAULT_SEED === undefined;
    process.env.SAGALINE_SAGA_CASES ??= '2000';
    process.env.SAGALINE_FAULT_SEED ??= '1,2,3';
    process.env.SAGALINE_FAULT_RECORD ??= at('.faults.log');
    const isNamed = args.length > 0 && !args[0].startsWith('-');
    const files = isNamed ? [] : ['test/workflows/saga', 'test/faults'];
    const jest = [at('node_modules/jest/bin/jest.js'), ...files, ...args, '--selectProjects', 'server'];
    if (isWhole) await rm(process.env.SAGALINE_FAULT_RECORD, { force: true });
    const code = await run(jest, [...ofTests, 'toxiproxy', 'temporalForPostgresql']);
    const writer = [process.execPath, at('dist/scripts/write-reliability-doc.js')];
    if (isWhole) writer.push('--replace');
    return (await become([...writer, process.env.SAGALINE_FAULT_RECORD], process.env)) || code;
  },
  check: () => interruptible((signal) => withLock(signal, () => install(signal)).then(() => check(signal))),
};

async function setup(args) {
  const options = { allowTypeErrors: args.includes('--allow-type-errors') };
  const found = await prepare(ofTests, options);
  if (args.includes('--json')) console.log(JSON.stringify(found));
  return 0;
}

async function run(argv, needs) {
  const found = await prepare(needs);
  const paths = Object.entries(found)
    .map(([name, path]) => [binaries[name].variable, path])
    .filter(([variable]) => variable !== undefined);
  return become([process.execPath, ...argv], { ...process.env, ...Object.fromEntries(paths) });
}

/** Installs, builds, and returns the path of each binary that is needed. */
function prepare(needs, options) {
  return interruptible((signal) =>
    withLock(signal, async () => {
      await install(signal);
      await build(signal, options);
      return needs.length === 0 ? {} : findAll(needs, signal);
    }),
  );
}

async function findAll(needs, signal) {
  const setup = await import('../../dist/scripts/setup/index.js');
  const context = setup.createContext(process.env, say, signal);
  const found = {};
  for (const name of needs) {
    const { title, find } = binaries[name];
    const { path, how } = await setup[find](context);
    say(`${title}: ${path} (${how})`);
    found[name] = path;
  }
  return found;
}

/** Whether the environment names a Temporal server, as src/config.ts decides it: none is started here then. */
function temporalIsElsewhere() {
  return ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some((name) => process.env[name]);
}
