/** Tests that need neither a server nor a build. */
const unitTests = [
  '<rootDir>/test/domain/**/*.test.ts',
  '<rootDir>/test/scripts/**/*.test.ts',
  '<rootDir>/test/examples/**/*.test.ts',
  '<rootDir>/test/cli/*.test.ts',
  '<rootDir>/test/*.test.ts',
];

const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Compiled copies and the state of a demo hold files of the same names.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.sagaline-state/', '<rootDir>/\\.demo-state/'],
};

/** The whole fault matrix takes the better part of an hour; `npm test` plays its sample. */
const isWhole = Boolean(process.env.SAGALINE_FAULT_SEED);
const otherFaults = isWhole ? 'sample' : 'whole/';

const folders = ['domain', 'scripts', 'examples', 'setup', 'cli'];

/** @type {import('jest').Config} */
module.exports = {
  maxWorkers: 2,
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/setup/count-reporter.cjs'],
  projects: [
    { ...common, displayName: 'unit', testMatch: unitTests },
    {
      ...common,
      displayName: 'server',
      testMatch: [
        `<rootDir>/test/!(${folders.join('|')})/**/*.test.ts`,
        '<rootDir>/test/cli/server/**/*.test.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', `/test/faults/matrix/${otherFaults}`],
      globalSetup: '<rootDir>/test/setup/global-setup.ts',
      globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
    },
  ],
};
