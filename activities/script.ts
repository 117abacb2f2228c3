import { StringDecoder } from 'node:string_decoder';
import type { Readable, Writable } from 'node:stream';
import { SagalineError } from '../src/domain/errors';
import { redactor } from '../src/domain/redact';
import type { ProcessStart } from '../src/domain/step-script';
import { endingWithoutBeats } from '../src/guard';
import type { Attention } from '../src/ports';
import { spawnGroup } from '../src/process';
import type { Lease } from './lease';
import { withoutMarks } from './marks';

export interface Script extends ProcessStart {
  /** Values that may appear in no output. */
  secrets: string[];
  timeoutMs: number;
  /** Exit codes after which trying again is pointless. */
  finalExitCodes: number[];
}

/** What may end a script before it ends itself. */
export interface Limits {
  attention: Attention;
  lease: Lease;
}

/** Bytes of log that one script may write; what it prints beyond is read and dropped. */
const maxLogBytes = 16 * 1024 * 1024;

/** Characters of output that later steps may use. */
const maxOutput = 4096;

/** Time in ms between the polite and the final signal. */
const graceMs = 5000;

/** Runs a script to its end or that of its lease; throws StepFailed or StepTimedOut, and leaves no process of its group behind. */
export async function runScript(
  script: Script,
  log: Writable,
  { attention, lease }: Limits,
): Promise<{ output: string; durationMs: number }> {
  attention.signal.throwIfAborted();
  lease.check();
  const started = performance.now();
  const group = spawnGroup(endingWithoutBeats(script.argv), {
    cwd: script.cwd,
    env: script.env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  lease.keep(group);
  const limit = { passed: false };
  const stop = () => void group.stop(graceMs);
  const timer = setTimeout(() => {
    limit.passed = true;
    stop();
  }, script.timeoutMs);
  attention.signal.addEventListener('abort', stop, { once: true });
  const written = { bytes: 0 };
  const output = collect(group.child.stdout, log, script.secrets, written);
  const errors = collect(group.child.stderr, log, script.secrets, written);
  try {
    const exit = await group.exited;
    // What the script left running in its group holds the pipes open and would outlive the step.
    group.kill('SIGKILL');
    const [text] = await Promise.all([output, errors]);
    attention.signal.throwIfAborted();
    if (limit.passed)
      throw new SagalineError('StepTimedOut', `took longer than ${script.timeoutMs / 1000} s`);
    if (exit.signal === 'SIGKILL') lease.check();
    if (exit.code !== 0) {
      const isFinal = exit.code !== null && script.finalExitCodes.includes(exit.code);
      throw new SagalineError(isFinal ? 'FinalFailure' : 'StepFailed', failure(exit, await errors, text));
    }
    return { output: withoutMarks(text).trim(), durationMs: performance.now() - started };
  } finally {
    clearTimeout(timer);
    attention.signal.removeEventListener('abort', stop);
  }
}

function failure(
  exit: { code: number | null; signal: string | null },
  errors: string,
  output: string,
): string {
  const how = exit.signal ? `was killed by ${exit.signal}` : `exit code ${exit.code ?? 'unknown'}`;
  const lines = (errors.trim() || output.trim()).split('\n').map((line) => line.trim());
  // What tools print last is often a summary; the first line that speaks of a failure says more.
  const telling = lines.filter((line) => /\b(not ok|error|fail(s|ed|ure|ing)?)\b/i.test(line));
  const last = (telling.length > 0 ? telling.slice(0, 3) : lines.slice(-3)).join(' | ').slice(0, 500);
  return last ? `${how}: ${last}` : how;
}

/** Passes a stream on to the log without secrets, up to the cap, and returns its end. */
async function collect(
  stream: Readable | null,
  log: Writable,
  secrets: string[],
  written: { bytes: number },
): Promise<string> {
  if (!stream) return '';
  const decoder = new StringDecoder('utf8');
  const redact = redactor(secrets);
  let tail = '';
  const pass = (text: string) => {
    tail = (tail + text).slice(-maxOutput);
    if (written.bytes > maxLogBytes) return;
    written.bytes += Buffer.byteLength(text);
    log.write(written.bytes > maxLogBytes ? `\n--- the log is cut after ${maxLogBytes} bytes\n` : text);
  };
  for await (const chunk of stream) pass(redact.push(decoder.write(chunk as Buffer)));
  pass(redact.push(decoder.end()) + redact.end());
  return tail;
}
