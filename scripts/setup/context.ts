import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run, type RunResult } from '../../src/process';

/** What finding a binary needs to know of its surroundings. */
export interface Context {
  environment: NodeJS.ProcessEnv;
  /** The project's own cache folder; it may not exist yet. */
  cache: string;
  /** Tells a person what goes on, one line at a time. */
  tell: (line: string) => void;
  /** Aborted when the person gives up: every child process is ended then. */
  signal: AbortSignal;
}

/** A binary that was run and works, and where it came from. */
export interface Found {
  path: string;
  how: string;
}

/** One place to look at: undefined when there is nothing there, an error when there is and it does not work. */
export interface Candidate {
  how: string;
  /** Whether no other candidate may stand in: somebody named this one. */
  binding?: boolean;
  provide: () => Promise<string | undefined>;
}

/** Reads where the cache is: SAGALINE_CACHE, else `sagaline` below XDG_CACHE_HOME or ~/.cache. */
export function createContext(
  environment: NodeJS.ProcessEnv = process.env,
  tell: Context['tell'] = console.error,
  signal: AbortSignal = new AbortController().signal,
): Context {
  const caches = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return {
    environment,
    tell,
    signal,
    cache: resolve(environment['SAGALINE_CACHE'] ?? join(caches, 'sagaline')),
  };
}

/** Runs a command with the person's own environment, since proxies and mirrors are configured there. */
export async function runCommand(
  context: Context,
  argv: string[],
  options: { cwd?: string; timeoutMs: number; variables?: Record<string, string> },
): Promise<RunResult> {
  const { cwd = tmpdir(), timeoutMs, variables } = options;
  return run(argv, { cwd, timeoutMs, env: environmentOf(context, variables), signal: context.signal });
}

/** The person's environment for a child process, with some variables set. */
export function environmentOf(
  context: Context,
  variables: Record<string, string> = {},
): Record<string, string> {
  const defined = Object.entries(context.environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(defined), ...variables };
}
