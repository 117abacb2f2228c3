import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { pack } from '../../activities/archive';
import type { CustomInput } from '../../activities/custom';
import type { CustomResult } from '../../activities/custom-result';
import { definitionFrom } from '../../src/adapters/steps/definition';
import { defineStep, type StepContext } from '../../src/step';
import { apiKey, quiet, startCustomWorld } from './custom-world';

let world: Awaited<ReturnType<typeof startCustomWorld>>;
beforeAll(async () => {
  world = await startCustomWorld();
});
afterAll(() => world.remove());

type Run = (input: { word?: string | undefined }, context: StepContext) => unknown;

const input = (change?: Partial<CustomInput>) => world.input(change);

function execute(
  run: Run,
  given = input(),
  { environment = quiet(), graceMs = 5000 } = {},
): Promise<CustomResult> {
  const own = definitionFrom(defineStep({ input: z.strictObject({ word: z.string().optional() }), run }));
  return world.execute({ load: () => Promise.resolve(new Map([['own', own]])) }, given, environment, graceMs);
}

test('a step works in a checkout with the artifacts it needs, and is told who it is', async () => {
  const built = join(world.folder, 'built');
  await rm(built, { recursive: true, force: true });
  const { blobs, repositories } = world.ports;
  await repositories.checkout('acme/shop', world.commit, built);
  const artifact = await pack(blobs, built, ['greeting.txt']);
  const given = input({ artifacts: [artifact], with: { word: 'you' } });
  const { output, result } = await execute(async ({ word }, context) => {
    const text = await readFile(join(context.directory, 'greeting.txt'), 'utf8');
    const { key, run, step: id, phase, repository, commit: at, result: earlier } = context;
    return { text: `${text} ${word ?? ''}`, told: [key, run, id, phase, repository, at, earlier] };
  }, given);
  const expected = {
    text: 'hello you',
    told: [`${given.run}/own/step`, given.run, 'own', 'step', 'acme/shop', world.commit, null],
  };
  expect(result).toEqual(expected);
  expect(JSON.parse(output)).toEqual(expected);
  expect(await world.workspaces()).toEqual([]);
});

test('a text is the output itself, nothing is none, and an undo is given what the step returned', async () => {
  expect(await execute(() => 'plain')).toEqual({ output: 'plain', result: 'plain' });
  expect(await execute(() => undefined)).toEqual({ output: '', result: null });
  const undo = input({ phase: 'compensate', result: { made: 7 } });
  expect(await execute((_, { key, result }) => ({ key, result }), undo)).toMatchObject({
    result: { key: `${undo.run}/own/compensate`, result: { made: 7 } },
  });
});

test('an input that the step does not accept never reaches it, and a step that nobody registered is named', async () => {
  let called = false;
  const refused = execute(() => (called = true), input({ with: { word: 1, other: 2 } }));
  await expect(refused).rejects.toMatchObject({
    code: 'InvalidPipeline',
    detail: expect.stringMatching(/^own: with\.word: .*expected string.*; with: .*other/),
  });
  expect(called).toBe(false);
  await expect(execute(() => null, input({ action: 'other' }))).rejects.toMatchObject({
    code: 'NotFound',
    detail: 'sagaline.yaml registers no step other; it registers: own',
  });
});

test('an error of the step fails it with its message, also when it is thrown at once or is no error', async () => {
  const thrown = (error: unknown) =>
    execute(() => {
      throw error;
    });
  await expect(thrown(new Error('disk full'))).rejects.toMatchObject({
    code: 'StepFailed',
    detail: 'disk full',
  });
  await expect(thrown('just words')).rejects.toMatchObject({ code: 'StepFailed', detail: 'just words' });
  const rejected = execute(() => Promise.reject(new Error('x'.repeat(9999))));
  await expect(rejected).rejects.toMatchObject({ code: 'StepFailed', detail: 'x'.repeat(500) });
  expect(await world.workspaces()).toEqual([]);
});

test('what is no JSON, and what is too large for a history, fails the step', async () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const returned of [circle, 1n, () => 1]) {
    await expect(execute(() => returned)).rejects.toMatchObject({
      code: 'StepFailed',
      detail: 'returned something that is not JSON',
    });
  }
  await expect(execute(() => 'x'.repeat(17_000))).rejects.toMatchObject({
    code: 'StepFailed',
    detail: 'returned over 16384 bytes: write files instead',
  });
  expect((await execute(() => 'x'.repeat(9000))).output).toHaveLength(4096);
});

test('a secret is given to allowed changes only and appears in no result, log or error', async () => {
  const secret = { environment: 'production', secrets: ['API_KEY'] };
  const given = input(secret);
  const { output, result } = await execute((_, { secrets, log }) => {
    log(`calling with ${secrets['API_KEY'] ?? 'nothing'}`);
    return { [apiKey]: [secrets['API_KEY'] === apiKey, `Bearer ${apiKey}`, 'a\0b'] };
  }, given);
  expect(result).toEqual({ '[secret]': [true, 'Bearer [secret]', 'ab'] });
  expect(output).not.toContain(apiKey);
  expect(await world.logOf(given.run)).toBe('--- step, attempt 1\ncalling with [secret]\n');
  const failing = input(secret);
  const failed = execute((_, { secrets }) => {
    throw new Error(`401 for ${secrets['API_KEY'] ?? ''}`);
  }, failing);
  const error: unknown = await failed.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'StepFailed', detail: '401 for [secret]' });
  expect(error).not.toHaveProperty('cause');
  expect(await world.logOf(failing.run)).toMatch(/Error: 401 for \[secret\]\n/);
  const fork = input({ ...secret, change: { ...input().change, ref: 'refs/heads/evil' } });
  await expect(execute(() => null, fork)).rejects.toMatchObject({ code: 'NotAllowed' });
});

test('a log line after the end is dropped', async () => {
  const given = input();
  let kept: StepContext['log'] = () => undefined;
  await execute((_, { log }) => {
    kept = log;
    log('in time');
  }, given);
  kept('too late');
  expect(await world.logOf(given.run)).toBe('--- step, attempt 1\nin time\n');
});

test('a step that takes too long is told to stop, and is left alone when it does not', async () => {
  const told = execute(
    (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'))),
    input({ timeoutMs: 50 }),
  );
  await expect(told).rejects.toMatchObject({ code: 'StepTimedOut', detail: 'took longer than 0.05 s' });
  const deaf = execute(() => new Promise(() => undefined), input({ timeoutMs: 50 }), { graceMs: 10 });
  await expect(deaf).rejects.toMatchObject({ code: 'StepTimedOut' });
  expect(await world.workspaces()).toEqual([]);
});

test('cancelling reaches the step and waits for its end', async () => {
  const environment = quiet();
  const ends: string[] = [];
  const cancelled = execute(
    (_, { signal }) => {
      queueMicrotask(() => environment.cancel('CANCELLED'));
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          setImmediate(() => {
            ends.push('cleaned up');
            resolve(null);
          });
        });
      });
    },
    input(),
    { environment },
  );
  await expect(cancelled).rejects.toThrow('CANCELLED');
  expect(ends).toEqual(['cleaned up']);
  const before = quiet();
  before.cancel('CANCELLED');
  let called = false;
  await expect(execute(() => (called = true), input(), { environment: before })).rejects.toThrow();
  expect(called).toBe(false);
});
