import type { Writable } from 'node:stream';
import { redactor } from '../src/domain/redact';

/** Log of one attempt of a user-written step. */
export interface CustomLog {
  /** Writes a line without secrets; does nothing after `close`, which user code may outlive. */
  write: (line: string) => void;
  close: () => Promise<void>;
}

/** Bytes of log that one attempt may write; what comes beyond is dropped. */
const maxLogBytes = 16 * 1024 * 1024;

/** Writes to a step's log through a filter for secrets. */
export function openCustomLog(stream: Writable, secrets: string[]): CustomLog {
  const redact = redactor(secrets);
  let bytes = 0;
  let closed = false;
  const pass = (text: string) => {
    if (bytes > maxLogBytes) return;
    bytes += Buffer.byteLength(text);
    stream.write(bytes > maxLogBytes ? `\n--- the log is cut after ${String(maxLogBytes)} bytes\n` : text);
  };
  return {
    write(line) {
      if (!closed) pass(redact.push(`${line}\n`));
    },
    async close() {
      closed = true;
      pass(redact.end());
      await new Promise<void>((resolve) => stream.end(resolve));
    },
  };
}
