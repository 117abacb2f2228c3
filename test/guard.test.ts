import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { beatMs, endingWithoutBeats, endingWithUs } from '../src/guard';
import { processStartedAt } from '../src/process';

const script = ['sh', '-c', 'sleep 60 & echo $!; wait'];
const parents: ChildProcess[] = [];
afterEach(() => {
  for (const parent of parents.splice(0)) parent.kill('SIGKILL');
});

/** A process that starts a guarded script and beats; with the pid of what the script started. */
async function startParent([command, ...args]: string[]): Promise<{ parent: ChildProcess; pid: number }> {
  const lines = [
    "const { spawn } = require('node:child_process');",
    "const options = { stdio: ['ignore', 'inherit', 'ignore', 'pipe'], detached: true };",
    `const child = spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, options);`,
    `setInterval(() => child.stdio[3].write('\\n'), ${String(beatMs)});`,
  ];
  const parent = spawn(process.execPath, ['-e', lines.join('\n')], { stdio: ['ignore', 'pipe', 'ignore'] });
  parents.push(parent);
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, pid: Number(chunk.toString()) };
}

async function untilGone(pid: number): Promise<void> {
  while ((await processStartedAt(pid)) !== undefined) await delay(20);
}

it.each([
  ['without', endingWithUs(script, 'KILL')],
  ['with', endingWithoutBeats(script)],
])('ends a whole group %s a lease with the process that started it, however that ends', async (_, argv) => {
  const { parent, pid } = await startParent(argv);
  expect(await processStartedAt(pid)).toBeDefined();
  parent.kill('SIGKILL');
  await untilGone(pid);
});

it('ends a group whose parent stands still, and no other', async () => {
  const living = await startParent(endingWithoutBeats(script));
  const stopped = await startParent(endingWithoutBeats(script));
  stopped.parent.kill('SIGSTOP');
  await untilGone(stopped.pid);
  expect(await processStartedAt(living.pid)).toBeDefined();
}, 30_000);
