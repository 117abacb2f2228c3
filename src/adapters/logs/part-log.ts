import { SagalineError } from '../../domain/errors';
import type { Bucket } from '../s3/bucket';

/** Bytes of the largest part: whoever looks for a byte finds its part's first byte at most this far before it. */
export const maxPartBytes = 256 * 1024;

/** Parts that are fetched ahead of the reader; they bound its memory. */
const ahead = 8;

/** A piece of a log; it never changes. */
interface Part {
  key: string;
  /** Its first byte within the log, and the one after its last. */
  start: number;
  end: number;
}

/** One append-only log in a bucket: objects that are named by their first byte, so that no writer can replace another's. */
export class PartLog {
  /** The last part that was seen: looking for a later one begins there. */
  private last: Part | undefined;

  constructor(
    private readonly bucket: Bucket,
    private readonly folder: string,
  ) {}

  /** Bytes so far, or undefined when the log was never opened. */
  async size(): Promise<number | undefined> {
    // What was seen may have expired: then all is looked at again.
    const last = (await this.lastFrom(this.last?.start)) ?? (this.last && (await this.lastFrom()));
    this.last = last;
    if (last) return last.end;
    return (await this.bucket.has(this.openedKey())) ? 0 : undefined;
  }

  /** Makes the log exist while it is empty. */
  async open(): Promise<void> {
    await this.bucket.put(this.openedKey(), Buffer.alloc(0));
  }

  /** Stores a part of at most `maxPartBytes` at this byte of the log: false when another writer has one there. */
  async write(start: number, content: Buffer, writer: string): Promise<boolean> {
    const key = this.partKey(start);
    if (await this.bucket.put(key, content, writer)) return true;
    // An answer that got lost on its way makes the SDK write again, and meet its own part.
    return (await this.bucket.writerOf(key)) === writer;
  }

  /** Bytes `start` to `end`, both included; throws NotFound where parts have expired. */
  async *read(start: number, end: number): AsyncGenerator<Buffer> {
    const fetched: Promise<Buffer>[] = [];
    let complete = start;
    for await (const part of this.partsWithin(start, end)) {
      if (part.start > complete) throw expired();
      complete = part.end;
      const content = this.fetch(part, start, end);
      // The reader may leave before it comes to this part, and then nobody asks what became of it.
      content.catch(() => undefined);
      fetched.push(content);
      const next = fetched.length > ahead ? fetched.shift() : undefined;
      if (next) yield await next;
    }
    for (const content of fetched) yield await content;
  }

  private async fetch({ key, start: first, end: after }: Part, start: number, end: number): Promise<Buffer> {
    const from = Math.max(start - first, 0);
    const to = Math.min(end, after - 1) - first;
    const content = await this.bucket.read(key, from, to);
    if (!content) throw expired();
    return content;
  }

  private async *partsWithin(start: number, end: number): AsyncGenerator<Part> {
    for await (const part of this.parts(start - maxPartBytes)) {
      if (part.start > end) return;
      if (part.end > start) yield part;
    }
  }

  private async lastFrom(start = 0): Promise<Part | undefined> {
    let last: Part | undefined;
    for await (const part of this.parts(start)) last = part;
    return last;
  }

  /** Parts in their order, those that begin before byte `start` left out. */
  private async *parts(start: number): AsyncGenerator<Part> {
    const after = start > 0 ? this.partKey(start - 1) : this.openedKey();
    for await (const { key, size } of this.bucket.list(this.folder, after)) {
      const first = Number(key.slice(this.folder.length));
      yield { key, start: first, end: first + size };
    }
  }

  /** Digits enough for every byte make the order of keys that of bytes. */
  private partKey(start: number): string {
    return this.folder + String(start).padStart(16, '0');
  }

  /** Sorts before every part. */
  private openedKey(): string {
    return `${this.folder}-`;
  }
}

const expired = () => new SagalineError('NotFound', 'this part of the log is no longer stored');
