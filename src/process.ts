import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

export interface ProcessOptions {
  cwd: string;
  /** The whole environment: nothing is inherited from this process. */
  env: Record<string, string>;
  /** Whom the process runs as; absent for the account of this one. */
  account?: Account | undefined;
}

/** Numbers of a user and a group of this system. */
export interface Account {
  uid: number;
  gid: number;
}

export interface RunOptions extends ProcessOptions {
  input?: string;
  timeoutMs?: number;
  /** Bytes kept of each stream; the process is killed when it prints more. */
  maxOutputBytes?: number;
  signal?: AbortSignal;
  /** Open descriptors that the process finds as its 3, 4 and so on. */
  inherited?: number[];
}

export interface RunResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that leads a process group of its own. */
export interface ProcessGroup {
  child: ChildProcess;
  pid: number;
  /** Resolves when the leader has exited; its pipes may still be open. */
  exited: Promise<Exit>;
  /** Signals every process of the group; a group that is gone is fine. */
  kill: (signal: NodeJS.Signals) => void;
  /** SIGTERM or the signal named, and SIGKILL after the grace (ms) for what is left of the group. */
  stop: (graceMs: number, signal?: NodeJS.Signals) => Promise<void>;
}

/** Signals a whole process group; false when there is none. */
export function killGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Starts a command in a process group of its own. Throws when the command cannot be started. */
export function spawnGroup(argv: string[], options: ProcessOptions & { stdio?: StdioOptions }): ProcessGroup {
  const [command = '', ...args] = argv;
  const { cwd, env, account, stdio = ['ignore', 'pipe', 'pipe'] } = options;
  const child = spawn(command, args, { cwd, env, stdio, detached: true, ...account });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const pid = child.pid ?? 0;
  const kill = (signal: NodeJS.Signals) => {
    if (pid > 0) killGroup(pid, signal);
  };
  return {
    child,
    pid,
    exited,
    kill,
    async stop(graceMs, signal = 'SIGTERM') {
      kill(signal);
      const timer = setTimeout(kill, graceMs, 'SIGKILL');
      await exited.catch(() => undefined);
      clearTimeout(timer);
      kill('SIGKILL');
    },
  };
}

/** Runs a command to its end and returns what it printed; a non-zero exit is a result, not an error. */
export async function run(argv: string[], options: RunOptions): Promise<RunResult> {
  const { input, timeoutMs, maxOutputBytes = 1024 * 1024, signal } = options;
  signal?.throwIfAborted();
  const group = spawnGroup(argv, {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe', ...(options.inherited ?? [])],
  });
  const { child } = group;
  let timedOut = false;
  const kill = () => {
    group.kill('SIGKILL');
  };
  const onTimeout = () => {
    timedOut = true;
    kill();
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
  signal?.addEventListener('abort', kill, { once: true });
  const stdout = collect(child.stdout, maxOutputBytes, kill);
  const stderr = collect(child.stderr, maxOutputBytes, kill);
  // A process that exits without reading its input is no error of ours.
  child.stdin?.on('error', () => undefined).end(input);
  try {
    const [exit] = await Promise.all([group.exited, once(child, 'close')]);
    signal?.throwIfAborted();
    return { exitCode: exit.code, signal: exit.signal, stdout: stdout(), stderr: stderr(), timedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  }
}

function collect(stream: ChildProcess['stdout'], limit: number, tooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) tooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/**
 * An identity of a process that a reused pid does not share: its start time, in clock ticks since boot on Linux
 * and as `ps` prints it elsewhere. Undefined when there is no such process.
 */
export async function processStartedAt(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // Field 22, counted after the command name, which may itself hold spaces and brackets.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields?.[0] === 'Z' ? undefined : fields?.[19];
  }
  const result = await run(['/bin/ps', '-o', 'lstart=', '-p', String(pid)], { cwd: '/', env: {} });
  return result.stdout.trim() || undefined;
}
