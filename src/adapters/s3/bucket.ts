import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SagalineError } from '../../domain/errors';
import { isMissing, statusOf, unavailable } from './errors';

/** Tries of one request, and milliseconds to connect and of silence within an answer. */
const maxAttempts = 4;
const requestHandler = { connectionTimeout: 5000, socketTimeout: 30_000 };

const ignore = () => undefined;
/** What the SDK would print comes as an error, too, or is no fault here. */
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Tries of a write that S3 did not decide, and milliseconds between them. */
const writeTries = 8;
const writePauseMs = 250;

/** An object below the bucket's prefix. */
export interface StoredObject {
  key: string;
  /** Bytes. */
  size: number;
}

/** A file to be stored: `open` begins reading it anew, `sha256` is in base64. */
export interface FileContent {
  open: () => Readable;
  /** Bytes. */
  length: number;
  sha256: string;
}

/** What S3 knows of a place: objects below one prefix that are written once and never changed. */
export class Bucket {
  private readonly client: S3Client;
  private readonly name: string;
  private readonly prefix: string;

  /** `url` is `s3://bucket/prefix`; everything else is in the AWS_* variables. Throws InvalidConfiguration without a bucket. */
  constructor({ href, hostname, pathname }: URL) {
    if (!hostname) throw new SagalineError('InvalidConfiguration', `${href} names no bucket`);
    this.name = hostname;
    const folder = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, '');
    this.prefix = folder === '' ? '' : `${folder}/`;
    this.client = new S3Client({
      // Works everywhere: other vendors and test servers have no host name for each bucket.
      forcePathStyle: true,
      maxAttempts,
      requestHandler,
      logger,
      // Every write carries its SHA-256 and every blob is verified by it; other vendors do not know newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** Stores content under a key unless there is some: false then. `writer` is kept beside it, for `writerOf`. */
  async put(key: string, content: Buffer | FileContent, writer?: string): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.putOnce(key, content, writer);
        return true;
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return false;
        // S3 answers 409 when a write of the same key is under way; and a stream is sent once only by the SDK.
        const again = status === 409 || (!Buffer.isBuffer(content) && (status ?? 500) >= 500);
        if (!again || attempt === writeTries) throw unavailable(error);
        await sleep(writePauseMs);
      }
    }
  }

  private async putOnce(key: string, content: Buffer | FileContent, writer?: string): Promise<void> {
    const isBuffer = Buffer.isBuffer(content);
    const body = isBuffer ? content : content.open();
    try {
      await this.client.send(
        new PutObjectCommand({
          ...this.at(key),
          Body: body,
          ContentLength: content.length,
          ChecksumSHA256: isBuffer ? createHash('sha256').update(content).digest('base64') : content.sha256,
          IfNoneMatch: '*',
          ...(writer !== undefined && { Metadata: { writer } }),
        }),
      );
    } finally {
      if (body instanceof Readable) body.destroy();
    }
  }

  /** The content, or its bytes `start` to `end` (both included), as it arrives; undefined when there is no such object. */
  async open(key: string, start = 0, end?: number): Promise<AsyncIterable<Buffer> | undefined> {
    const isPart = start > 0 || end !== undefined;
    const range = `bytes=${String(start)}-${end === undefined ? '' : String(end)}`;
    const command = new GetObjectCommand({ ...this.at(key), ...(isPart && { Range: range }) });
    const { Body } = await this.unlessMissing(this.client.send(command));
    return Body instanceof Readable ? received(Body) : undefined;
  }

  /** The same, whole: for small objects. */
  async read(key: string, start?: number, end?: number): Promise<Buffer | undefined> {
    const content = await this.open(key, start, end);
    if (!content) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Whether there is such an object. */
  async has(key: string): Promise<boolean> {
    const { ETag } = await this.unlessMissing(this.client.send(new HeadObjectCommand(this.at(key))));
    return ETag !== undefined;
  }

  /** Who wrote an object, as `put` was told; undefined when nobody said so or there is none. */
  async writerOf(key: string): Promise<string | undefined> {
    const { Metadata } = await this.unlessMissing(this.client.send(new HeadObjectCommand(this.at(key))));
    return Metadata?.['writer'];
  }

  /** Objects whose key begins with `folder`, in the order of their keys, from the first one after `after`. */
  async *list(folder: string, after?: string): AsyncGenerator<StoredObject> {
    const start = after === undefined ? {} : { StartAfter: this.prefix + after };
    const input = { Bucket: this.name, Prefix: this.prefix + folder, ...start };
    const pages = paginateListObjectsV2({ client: this.client }, input);
    try {
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0 } of Contents)
          yield { key: Key.slice(this.prefix.length), size: Size };
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  private at(key: string) {
    return { Bucket: this.name, Key: this.prefix + key };
  }

  private async unlessMissing<Answer>(answer: Promise<Answer>): Promise<Partial<Answer>> {
    try {
      return await answer;
    } catch (error) {
      if (isMissing(error)) return {};
      throw unavailable(error);
    }
  }
}

async function* received(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    throw unavailable(error);
  }
}
