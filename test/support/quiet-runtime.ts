import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Installs the SDK's runtime, of which a process has one, so that it tells of errors alone: tests fail workflows on purpose. */
export function quietRuntime(): void {
  const telemetryOptions = { logging: { filter: 'ERROR', forward: {} } };
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions });
}
