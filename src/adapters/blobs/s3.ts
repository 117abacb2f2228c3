import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SagalineError } from '../../domain/errors';
import { sha256Hex } from '../../domain/identity';
import type { BlobStore } from '../../ports';
import type { Bucket } from '../s3/bucket';
import { digestOf, hashFile, hexOf } from './digest';
import { receive } from './receive';

/** Bytes that S3 takes in one request. */
const maxBytes = 5 * 1024 ** 3;

/** A blob store in a bucket: `sha256/ab/<digest>` for content, `names/<hash of the name>` for names. */
export class S3BlobStore implements BlobStore {
  constructor(private readonly bucket: Bucket) {}

  async put(file: string): Promise<string> {
    const { size } = await stat(file);
    if (size > maxBytes)
      throw new SagalineError('TooLarge', `${String(size)} bytes; S3 takes ${String(maxBytes)}`);
    const hash = await hashFile(file);
    const digest = digestOf(hash);
    const key = contentKey(digest);
    if (await this.bucket.has(key)) return digest;
    await this.bucket.put(key, {
      open: () => createReadStream(file),
      length: size,
      sha256: hash.toString('base64'),
    });
    return digest;
  }

  async get(digest: string, file: string): Promise<void> {
    const key = contentKey(digest);
    const content = await this.bucket.open(key);
    if (!content) throw new SagalineError('NotFound', `no blob ${digest} in the blob store`);
    await receive(content, digest, file, key);
  }

  async lookup(name: string): Promise<string | undefined> {
    return (await this.bucket.read(nameKey(name)))?.toString('utf8');
  }

  async name(name: string, digest: string): Promise<void> {
    await this.bucket.put(nameKey(name), Buffer.from(digest));
  }
}

function contentKey(digest: string): string {
  const hex = hexOf(digest);
  return `sha256/${hex.slice(0, 2)}/${hex}`;
}

const nameKey = (name: string): string => `names/${sha256Hex(name)}`;
