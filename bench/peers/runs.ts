import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure, type Client, WorkflowFailedError } from '@temporalio/client';
import type { RunInput } from '../../src/domain/run';
import { runStart } from '../../src/run-start';
import { runOf, tellingRun } from '../trivial-runs';
import { type Contender, measureOrder } from './contender';
import { messages, verify, type Work, works } from './trivial';

const commit = 'c'.repeat(40);

const executeRun = (client: Client, input: RunInput) =>
  client.workflow.execute('run', runStart(`run:bench:${randomUUID()}`, input));

/** Runs whose steps are messages to the worker's log: the lightest that there are. They cannot be undone. */
export function tellingRuns(client: Client): Contender {
  return {
    name: 'our runs, notify steps',
    works: ['steps'],
    manyAtOnce: true,
    stop: () => undefined,
    measure: (order) => measureOrder(() => executeRun(client, tellingRun(messages)), order),
  };
}

/** Runs whose steps and their undoing are calls over HTTP to a server that does nothing. */
export async function callingRuns(client: Client): Promise<Contender> {
  const called: string[] = [];
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    called.push(name);
    response.writeHead(name === 'fails' ? 422 : 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const call = (name: string) => ({
    uses: 'http',
    with: { method: 'POST', url: `http://127.0.0.1:${String(port)}/${encodeURIComponent(name)}` },
  });
  const inputs: Record<Work, () => RunInput> = {
    steps: () => runOf(messages.map(call), commit),
    undo: () => {
      const steps = messages.slice(0, 3).map((name) => ({ ...call(name), compensate: call(`undo ${name}`) }));
      return runOf([...steps, call('fails'), call('never')], commit);
    },
  };
  const execute = async (work: Work): Promise<void> => {
    const result = executeRun(client, inputs[work]());
    await (work === 'steps' ? result : rolledBack(result));
  };
  return {
    name: 'our runs, http steps',
    works,
    manyAtOnce: true,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
    async measure(order) {
      called.length = 0;
      const measured = await measureOrder(execute, order);
      // Many at a time mix their calls.
      if (order.inFlight === 1)
        verify(order.work, order.work === 'steps' ? called.slice(-5) : called.slice(-3));
      return measured;
    },
  };
}

/** Resolves when a run ends as one does that undid its steps. */
async function rolledBack(result: Promise<unknown>): Promise<void> {
  const error = await result.then(
    () => new Error('a run that was to fail has succeeded'),
    (error: unknown) => error,
  );
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'rolled-back') throw error as Error;
}
