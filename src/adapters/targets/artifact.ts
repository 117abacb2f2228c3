import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract, Parser, type ReadEntry } from 'tar';
import { SagalineError } from '../../domain/errors';
import type { BlobStore } from '../../ports';

const maxEntries = 100_000;
const maxBytes = 4 * 1024 * 1024 * 1024;

/**
 * Unpacks an archive of the blob store so that `folder` exists only when it is complete. Throws Malformed for an entry that
 * would leave the folder or is neither file, folder nor link inside it, and TooLarge over the caps.
 */
export async function unpackArtifact(blobs: BlobStore, digest: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const temporary = await mkdtemp(join(dirname(folder), 'unpack-'));
  try {
    const archive = join(temporary, 'artifact.tar');
    const app = join(temporary, 'app');
    await blobs.get(digest, archive);
    await mkdir(app);
    await extractSafely(archive, app);
    await rename(app, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function extractSafely(file: string, cwd: string): Promise<void> {
  try {
    await judge(file);
    await extract({ file, cwd, strict: true });
  } catch (error) {
    if (error instanceof SagalineError) throw error;
    const detail = `the artifact cannot be unpacked: ${reason(error)}`;
    throw new SagalineError('Malformed', detail, { cause: error });
  }
}

/** Reads the archive before anything of it is written: a hostile one then costs no disk. Throws what `refuse` says. */
async function judge(file: string): Promise<void> {
  let entries = 0;
  let bytes = 0;
  let refusal: SagalineError | undefined;
  const parser = new Parser({
    strict: true,
    filter(path, entry) {
      entries += 1;
      bytes += (entry as ReadEntry).size;
      refusal ??= refuse(path, entry as ReadEntry, entries, bytes);
      return false;
    },
  });
  const read = once(parser, 'end');
  // Handled where it is awaited, which a refusal comes before.
  read.catch(() => undefined);
  for await (const chunk of createReadStream(file)) {
    parser.write(chunk as Buffer);
    if (refusal) throw refusal;
  }
  parser.end();
  await read;
}

function refuse(path: string, entry: ReadEntry, entries: number, bytes: number): SagalineError | undefined {
  if (entries > maxEntries) return new SagalineError('TooLarge', `over ${String(maxEntries)} entries`);
  if (bytes > maxBytes) return new SagalineError('TooLarge', `over ${String(maxBytes)} bytes unpacked`);
  if (leaves(path)) return new SagalineError('Malformed', `the artifact entry ${path} leaves its folder`);
  const { type, linkpath } = entry;
  if (type === 'SymbolicLink' && leaves(join(dirname(path), linkpath ?? ''), linkpath)) {
    return new SagalineError('Malformed', `the artifact link ${path} leaves its folder`);
  }
  if (['File', 'OldFile', 'Directory', 'SymbolicLink'].includes(type)) return undefined;
  return new SagalineError('Malformed', `the artifact entry ${path} is a ${type}`);
}

/** Whether a path relative to the folder points outside it; `written` is how the archive spells it. */
function leaves(path: string, written = path): boolean {
  const joined = join(path);
  return written.startsWith('/') || joined === '..' || joined.startsWith('../');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
