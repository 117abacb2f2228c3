import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopTarget } from '../../src/adapters/targets';
import { run as execute } from '../../src/process';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { Operator } from './operator';

let world: World;
let operator: Operator;
beforeAll(async () => {
  world = await startWorld();
  operator = new Operator(world);
});
afterAll(() => world.stop());

test('a copy of the state folder brings back what was live and what was known when it was made', async () => {
  const copy = join(world.folder, 'copy');
  const copied = (from: string, to: string) =>
    execute(['cp', '-a', from, to], { cwd: world.folder, env: { PATH: '/usr/bin:/bin' } });
  const kept = await operator.succeeded('15');
  await world.stopPlatform();
  expect((await copied(world.state, copy)).exitCode).toBe(0);
  await world.startPlatform();
  const lost = await operator.succeeded('16');
  expect(await (await fetch(world.url)).text()).toBe('16');

  await world.stopPlatform();
  await stopTarget(world.state);
  await rm(world.state, { recursive: true, force: true });
  expect((await copied(copy, world.state)).exitCode).toBe(0);
  await world.startPlatform();
  await until('the release of the copy serves', async () => {
    const answer = await fetch(world.url).catch(() => undefined);
    return answer?.ok === true && (await answer.text()) === '15';
  });
  expect(await operator.liveCommit()).toBe(kept.commit);
  expect(await world.runsOf(kept.commit)).toEqual([kept.id]);
  expect(await world.runsOf(lost.commit)).toEqual([]);
  await operator.succeeded('17');
});
