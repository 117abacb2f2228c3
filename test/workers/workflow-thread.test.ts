import { randomUUID } from 'node:crypto';
import { type Stage, startStage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

test('a worker notes no stacks of promises, and says so to who asks for them', async () => {
  await stage.startWorker();
  const steps = [{ id: 'wait', uses: 'wait', with: { for: '1h' } }];
  const run = await stage.start(`run:${randomUUID()}`, { steps });
  await expect(run.query('__stack_trace')).rejects.toThrow('stack traces are not enabled');
  await run.terminate();
});
