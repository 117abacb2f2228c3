import type { Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import { searchAttributes } from '../domain/messages';

/** The second guard against a repeated event is the run's workflow id, which lasts as long as the namespace retains it. */
export const minRetentionSeconds = 7 * 24 * 60 * 60;

/** Keyword in Temporal's IndexedValueType. */
const keyword = 2;

/** Makes retention and search attributes what the platform needs; without the right to do so it says what is missing. */
export async function prepareNamespace(
  connection: Connection,
  namespace: string,
  log: Logger,
): Promise<void> {
  await attempt(log, `set the retention of namespace ${namespace} to at least 7 days`, () =>
    raiseRetention(connection, namespace),
  );
  await attempt(
    log,
    `add the search attributes ${searchAttributes.join(', ')} to namespace ${namespace}`,
    () => addSearchAttributes(connection, namespace),
  );
}

async function raiseRetention({ workflowService }: Connection, namespace: string): Promise<void> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (seconds >= minRetentionSeconds) return;
  await workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: { seconds: minRetentionSeconds as never } },
  });
}

async function addSearchAttributes({ operatorService }: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributes.filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
  });
}

async function attempt(log: Logger, what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    log.warn(
      { problem: error instanceof Error ? error.message : String(error) },
      `could not ${what}: do it by hand`,
    );
  }
}
