import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import type { Logger } from 'pino';
import type { LedgerEntry } from './entries';

/** Bytes that are kept while the ledger is down; what comes later is only in the histories, for `ledger rebuild`. */
const maxBytes = 512 * 1024 * 1024;
/** Bytes read for one shipment, at least: it ends at the end of a line. */
const chunkBytes = 512 * 1024;

/**
 * What one process still owes the ledger: a file of JSON lines. An entry is in the file before `append` returns, so that
 * only the loss of the machine loses it; writing to the ledger may take as long as it likes.
 */
export class Spool {
  private readonly descriptor: number;
  private shipped = 0;
  private isFull = false;

  constructor(
    folder: string,
    file: string,
    private readonly log: Logger,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.descriptor = openSync(file, 'a+', 0o600);
  }

  append(entry: LedgerEntry): void {
    if (fstatSync(this.descriptor).size > maxBytes) {
      if (!this.isFull) this.log.error('the spool of the ledger is full: rebuild the ledger when it answers');
      this.isFull = true;
      return;
    }
    writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
  }

  /** Ships everything that is in the file, in order; throws what `ship` throws, and the next call goes on from there. */
  async drain(ship: (entries: LedgerEntry[]) => Promise<void>): Promise<void> {
    for (;;) {
      const { entries, bytes } = readEntries(this.descriptor, this.shipped);
      if (bytes === 0) break;
      await ship(entries);
      this.shipped += bytes;
    }
    // In one turn of the event loop, in which nothing can be appended.
    if (this.shipped > 0 && fstatSync(this.descriptor).size === this.shipped) {
      ftruncateSync(this.descriptor);
      this.shipped = 0;
      this.isFull = false;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** The entries from a position on, up to the end of a line, and the bytes that they take; none at the end of the file. */
export function readEntries(descriptor: number, position: number): { entries: LedgerEntry[]; bytes: number } {
  for (let size = chunkBytes; ; size *= 2) {
    const buffer = Buffer.alloc(size);
    const read = readSync(descriptor, buffer, 0, size, position);
    const end = buffer.subarray(0, read).lastIndexOf('\n') + 1;
    if (end > 0) return { entries: parsed(buffer.toString('utf8', 0, end)), bytes: end };
    // Nothing, or a last line that a killed process did not finish.
    if (read < size) return { entries: [], bytes: 0 };
  }
}

const parsed = (text: string): LedgerEntry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerEntry);
