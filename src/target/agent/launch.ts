import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { killGroup, spawnGroup } from '../../process';
import { gone, identify, isAlive, type ProcessIdentity } from '../process-identity';

/** A command that outlives the agent: it writes to a file, because a pipe would break with the agent. */
export interface Command {
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  log: string;
  /** Takes a channel to a Node process; without it there is none. */
  talk?: (child: ChildProcess) => void;
}

/** A process group that the agent started, now or in an earlier life. */
export interface Launched {
  identity: ProcessIdentity;
  /** Resolves when the leader is gone. */
  exited: Promise<void>;
}

/** Time in ms between the polite and the final signal. */
const graceMs = 5000;

/**
 * Waits for a line before it becomes the command: the identity is on disk before the command acts, so that an agent
 * killed at any moment leaves no process that its successor does not know.
 */
const gate = 'read -r _ || exit 1; exec "$@" </dev/null';

/** Starts a command in a process group of its own; `persist` is awaited before the command does anything. */
export async function launch(
  command: Command,
  persist: (identity: ProcessIdentity) => Promise<void>,
): Promise<Launched> {
  mkdirSync(dirname(command.log), { recursive: true, mode: 0o700 });
  const log = openSync(command.log, 'a', 0o600);
  const group = spawnGroup(['/bin/sh', '-c', gate, 'sh', ...command.argv], {
    cwd: command.cwd,
    env: command.env,
    stdio: ['pipe', log, log, ...(command.talk ? ['ipc' as const] : [])],
  });
  command.talk?.(group.child);
  closeSync(log);
  const exited = group.exited.then(() => undefined);
  // Whoever awaits it sees the failure; nobody has to.
  exited.catch(() => undefined);
  const identity = await identify(group.pid);
  if (!identity) {
    await exited;
    throw new Error(`${command.argv[0] ?? ''} was killed before it began`);
  }
  await persist(identity);
  // A process that is already gone is seen by `exited`.
  group.child.stdin?.on('error', () => undefined).end('\n');
  return { identity, exited };
}

/** A process that an earlier agent started. */
export function adopted(identity: ProcessIdentity): Launched {
  return { identity, exited: gone(identity) };
}

/** Ends the group: SIGTERM, then SIGKILL for what is left after the grace. */
export async function terminate({ identity, exited }: Launched): Promise<void> {
  if (await isAlive(identity)) {
    killGroup(identity.pid, 'SIGTERM');
    const timer = setTimeout(killGroup, graceMs, identity.pid, 'SIGKILL');
    await exited;
    clearTimeout(timer);
  }
  await killLeftovers(identity);
}

/** Kills what a dead leader left in its group; a pid that now belongs to another process is left alone. */
export async function killLeftovers({ pid }: ProcessIdentity): Promise<void> {
  if ((await identify(pid)) === undefined) killGroup(pid, 'SIGKILL');
}
