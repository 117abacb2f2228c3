import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CustomInput } from '../../activities/custom';
import { PackageSteps } from '../../src/adapters/steps/packages';
import { startCustomWorld } from './custom-world';

let world: Awaited<ReturnType<typeof startCustomWorld>>;
beforeAll(async () => {
  world = await startCustomWorld();
});
afterAll(() => world.remove());

const digest = createHash('sha256').update('hello').digest('hex');

/** Executes the example as a worker does whose sagaline.yaml lies beside its folder. */
function checksum(given: Partial<CustomInput>) {
  const configFile = join(__dirname, '../../examples/sagaline.yaml');
  const steps = new PackageSteps(configFile, world.ports.configuration);
  return world.execute(steps, world.input({ action: 'checksum', ...given }));
}

test('the example writes the digest of a file and compares it', async () => {
  expect((await checksum({ with: { file: 'greeting.txt' } })).output).toBe(digest);
  const wrong = checksum({ with: { file: 'greeting.txt', expected: '00' } });
  await expect(wrong).rejects.toMatchObject({
    code: 'StepFailed',
    detail: `greeting.txt has the digest ${digest}`,
  });
  const undo = checksum({ phase: 'compensate', result: digest, with: { file: 'greeting.txt' } });
  await expect(undo).resolves.toEqual({ output: '', result: null });
});

test('the example reads nothing outside the checkout', async () => {
  const outside = checksum({ with: { file: '/etc/hostname' } });
  await expect(outside).rejects.toMatchObject({ detail: '/etc/hostname lies outside the checkout' });
});
