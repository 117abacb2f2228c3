import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { maxPartBytes, type PartLog } from './part-log';

/** Milliseconds that a byte waits for others before it is stored, and between two tries to store it. */
const flushMs = 1000;

/**
 * A stream whose bytes are stored a second after they were written, or with the next 256 KiB, behind byte `end` of the
 * log. While the bucket does not answer it keeps them and tries again; only the stream's end gives up, with
 * BlobsUnavailable, when the bucket has not answered for `patienceMs` by then.
 */
export function partWriter(log: PartLog, end: number, patienceMs: number): Writable {
  const storing = new Storing(log, end);
  let timer: NodeJS.Timeout | undefined;
  const flush = (done: (error?: Error | null) => void) => {
    clearTimeout(timer);
    timer = undefined;
    storing.flush().then(() => {
      done();
    }, done);
  };
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      storing.push(chunk);
      if (storing.waitingBytes >= maxPartBytes) {
        flush(done);
        return;
      }
      // Its failure comes again with the next flush.
      timer ??= setTimeout(flush, flushMs, () => undefined);
      done();
    },
    final(done) {
      storing.giveUpAfter(patienceMs);
      flush(done);
    },
    destroy(error, done) {
      clearTimeout(timer);
      storing.giveUpAfter(0);
      done(error);
    },
  });
  // A log that cannot be stored must not end the process of a writer that does not listen.
  return stream.on('error', () => undefined);
}

/** What was written and is not stored yet. */
class Storing {
  private readonly writer = randomUUID();
  private waiting: Buffer[] = [];
  private stored: Promise<void> = Promise.resolve();
  private deadline = Infinity;
  waitingBytes = 0;

  constructor(
    private readonly log: PartLog,
    private end: number,
  ) {}

  push(chunk: Buffer): void {
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
  }

  /** Resolves when everything that was pushed until now is stored. */
  flush(): Promise<void> {
    this.stored = this.stored.then(() => this.storeAll());
    return this.stored;
  }

  giveUpAfter(ms: number): void {
    this.deadline = performance.now() + ms;
  }

  private async storeAll(): Promise<void> {
    const content = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    for (let at = 0; at < content.length; at += maxPartBytes)
      await this.store(content.subarray(at, at + maxPartBytes));
  }

  /** Always the same bytes until they are stored: a try whose answer was lost may have stored them. */
  private async store(part: Buffer): Promise<void> {
    for (;;) {
      try {
        if (await this.log.write(this.end, part, this.writer)) break;
        this.end = (await this.log.size()) ?? 0;
      } catch (error) {
        if (performance.now() >= this.deadline) throw error;
        await sleep(flushMs);
      }
    }
    this.end += part.length;
  }
}
