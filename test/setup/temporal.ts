import { join } from 'node:path';

/** Names of the variables through which the global set-up hands its servers to the test files. */
export const handedOver = {
  devServer: 'SAGALINE_TEST_DEV_SERVER',
  temporalCli: 'SAGALINE_TEMPORAL_CLI',
  testServer: 'SAGALINE_TEST_SERVER',
  moto: 'SAGALINE_TEST_MOTO',
  ledger: 'SAGALINE_TEST_LEDGER',
} as const;

/** `host:port` of the dev server that all test files share; use task queues and ids of your own. */
export const devServerAddress = (): string => read(handedOver.devServer);

/** Path of the Temporal command, for tests that start a server of their own. */
export const temporalCliPath = (): string => read(handedOver.temporalCli);

/** Path of an executable that starts the time-skipping server on the port in its first argument. */
export const testServerPath = (): string => read(handedOver.testServer);

/** Path of Moto's server, for tests that need S3. */
export const motoPath = (): string => read(handedOver.moto);

/** Url of the PostgreSQL that all test files share; make a database of your own in it. */
export const ledgerServerUrl = (): string => read(handedOver.ledger);

/** Path of the bundled workflows, or of another bundle of the build. */
export const workflowBundle = (file = 'workflow-bundle.js'): string => join(__dirname, '../../dist', file);

function read(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this file in jest's project "server"`);
  return value;
}
