import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './root.mjs';

/** Runs a command to its end: its exit code and what it printed. */
export function collect(argv, { signal, env = process.env } = {}) {
  const [command, ...args] = argv;
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd: root, env, stdio, signal });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Runs a command to its end; throws with what it printed when it fails. */
export async function mustRun(argv, options) {
  const { code, output } = await collect(argv, options);
  if (code !== 0) throw new Error(`${argv.join(' ')} failed:\n${output.trim()}`);
}

/** Hands terminal and signals over to a command and returns its exit code (128 + n when signal n ended it). */
export function become(argv, env) {
  const [command, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: 'inherit' });
    const forward = (name) => {
      // A terminal sends Ctrl-C to the whole foreground group; a second one would end the child at once.
      if (name === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(name);
    };
    const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const name of names) process.on(name, forward);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of names) process.removeListener(name, forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
