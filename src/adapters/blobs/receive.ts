import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SagalineError } from '../../domain/errors';
import { digestOf } from './digest';

/**
 * Writes content to `file`, which appears only when it is complete and what its digest says; throws BlobDamaged naming
 * `place` when it is something else.
 */
export async function receive(
  content: AsyncIterable<Buffer>,
  digest: string,
  file: string,
  place: string,
): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  try {
    const hash = createHash('sha256');
    await pipeline(content, (chunks) => hashed(chunks, hash), createWriteStream(temporary));
    if (digestOf(hash.digest()) !== digest) {
      throw new SagalineError('BlobDamaged', `${place} in the blob store is not ${digest}`);
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
