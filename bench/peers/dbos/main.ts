import { createRequire } from 'node:module';
import { join } from 'node:path';
import { answerOrders, mainOf } from '../answer-orders';
import { act, perform, verify, type Work } from '../trivial';

/** What is used of `@dbos-inc/dbos-sdk`, which is installed only where the bench runs. */
interface DbosSdk {
  DBOS: {
    setConfig: (config: { name: string; systemDatabaseUrl: string; logLevel: string }) => void;
    registerWorkflow: <T>(workflow: () => Promise<T>, named: { name: string }) => () => Promise<T>;
    runStep: <T>(step: () => Promise<T>, named: { name: string }) => Promise<T>;
    launch: () => Promise<void>;
  };
}

/** Workflows of five durable steps, called within the process as DBOS is used. */
async function main(): Promise<void> {
  const [packages = '', database = ''] = process.argv.slice(2);
  const { DBOS } = createRequire(join(packages, 'package.json'))('@dbos-inc/dbos-sdk') as DbosSdk;
  const final = (message: string) => new Error(message);
  const workflow = (work: Work) =>
    DBOS.registerWorkflow(
      () =>
        perform(work, (name, fails) =>
          DBOS.runStep(async () => Promise.resolve(act(name, fails, final)), { name }),
        ),
      { name: work },
    );
  const workflows = { steps: workflow('steps'), undo: workflow('undo') };
  DBOS.setConfig({ name: 'trivial', systemDatabaseUrl: database, logLevel: 'error' });
  await DBOS.launch();
  answerOrders(async (work) => {
    // Called by itself: DBOS takes what a workflow is called on for an instance of its own.
    const execute = workflows[work];
    verify(work, await execute());
  });
}

mainOf('dbos', main);
