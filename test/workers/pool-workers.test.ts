import type { Worker } from '@temporalio/worker';
import { PoolWorkers } from '../../workers/pool-workers';

/** Workers that end when the test says so. */
function createFakes() {
  const ends = new Map<string | null, { resolve: () => void; reject: (error: Error) => void }>();
  const stopped: (string | null)[] = [];
  const create = (pool: string | null) => {
    if (pool === 'unreachable') return Promise.reject(new Error('no such queue'));
    let state = 'INITIALIZED';
    const worker = {
      getState: () => state,
      run: () => {
        state = 'RUNNING';
        return new Promise<void>((resolve, reject) => {
          const fail = (error: Error) => {
            state = 'FAILED';
            reject(error);
          };
          ends.set(pool, { resolve, reject: fail });
        });
      },
      shutdown: () => {
        state = 'STOPPING';
        stopped.push(pool);
        ends.get(pool)?.resolve();
      },
    };
    return Promise.resolve(worker as unknown as Worker);
  };
  return { ends, stopped, create };
}

test('each pool has one worker, and all end when told', async () => {
  const { stopped, create } = createFakes();
  const workers = new PoolWorkers(create);
  expect(await workers.serve([null, 'build'])).toEqual([null, 'build']);
  expect(await workers.serve(['build', 'gpu'])).toEqual(['gpu']);
  workers.stop();
  await workers.done;
  expect(stopped).toEqual([null, 'build', 'gpu']);
  expect(await workers.serve(['late'])).toEqual([]);
});

test('when one fails the others are stopped, and the failure is told', async () => {
  const { ends, stopped, create } = createFakes();
  const workers = new PoolWorkers(create);
  await workers.serve([null, 'build']);
  ends.get('build')?.reject(new Error('the connection is gone'));
  await expect(workers.done).rejects.toThrow('the connection is gone');
  expect(stopped).toEqual([null]);
});

test('a pool that cannot be served is tried again, and harms no other', async () => {
  const { stopped, create } = createFakes();
  const workers = new PoolWorkers(create);
  await workers.serve([null]);
  await expect(workers.serve(['unreachable'])).rejects.toThrow('no such queue');
  await expect(workers.serve(['unreachable'])).rejects.toThrow('no such queue');
  workers.stop();
  await workers.done;
  expect(stopped).toEqual([null]);
});

test('one that is being made when all are told to stop ends as well', async () => {
  const { stopped, create } = createFakes();
  const workers = new PoolWorkers(create);
  const serving = workers.serve(['build']);
  workers.stop();
  await serving;
  await workers.done;
  expect(stopped).toEqual(['build']);
});
