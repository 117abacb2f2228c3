import { mkdir, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowExecutionInfo } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

const usage = `Usage: node dist/scripts/save-histories.js <host:port> <folder>

Writes the newest history of each kind and ending that a Temporal server has into the folder, for the replay test.`;

const statusKey = defineSearchAttributeKey('SagalineStatus', SearchAttributeType.KEYWORD);
const pipelineKey = defineSearchAttributeKey('SagalinePipeline', SearchAttributeType.KEYWORD);
/** The demo's pipeline, whose runs are saved by their ending alone. */
const storyPipeline = 'deliver';
const canaryEndings: Record<string, string> = {
  COMPLETED: 'promoted',
  FAILED: 'aborted',
  CANCELLED: 'cancelled',
};

/** Parts that name a machine or its folders; no replay reads them. */
const machineFields = ['identity', 'stackTrace', 'binaryChecksum'];

/** What a history is saved as; undefined for one that is not worth keeping. */
function nameOf({ type, status, typedSearchAttributes }: WorkflowExecutionInfo): string | undefined {
  if (['lane', 'group', 'inbox', 'waits', 'scheduled'].includes(type)) return type;
  if (status.name === 'RUNNING' || status.name === 'TERMINATED') return undefined;
  const ending = type === 'run' ? typedSearchAttributes.get(statusKey) : canaryEndings[status.name];
  if (ending === undefined) return undefined;
  const pipeline = typedSearchAttributes.get(pipelineKey);
  return type === 'run' && pipeline !== undefined && pipeline !== storyPipeline
    ? `run-${pipeline}-${ending}`
    : `${type}-${ending}`;
}

/** The text of a history as it may be published. Throws when it holds a path or the name of this machine. */
function publishable(name: string, history: string): string {
  const keep = (key: string, value: unknown) => {
    if (machineFields.includes(key)) return undefined;
    // A sticky task queue is named after its worker's process.
    return typeof value === 'string' ? value.replaceAll(`@${hostname()}`, '@worker') : value;
  };
  const cleaned: unknown = JSON.parse(history, keep);
  const readable = JSON.stringify(cleaned, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
  );
  const found = [homedir(), tmpdir(), process.cwd(), `@${hostname()}`].find((text) =>
    readable.includes(text),
  );
  if (found !== undefined) throw new Error(`${name} would tell of this machine: ${found}`);
  return `${JSON.stringify(cleaned, null, 2)}\n`;
}

async function main(): Promise<void> {
  const [address, folder] = process.argv.slice(2);
  if (address === undefined || folder === undefined) throw new Error(usage);
  await mkdir(folder, { recursive: true });
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    const saved = new Set<string>();
    // Lists are newest first.
    for await (const execution of workflow.list()) {
      const name = nameOf(execution);
      if (name === undefined || saved.has(name)) continue;
      const { workflowId, runId } = execution;
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      await writeFile(join(folder, `${name}.json`), publishable(name, historyToJSON(history)));
      saved.add(name);
      console.log(`${name}: ${workflowId}`);
    }
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
