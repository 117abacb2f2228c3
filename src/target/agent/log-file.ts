import { copyFile, open, stat, truncate } from 'node:fs/promises';

/** A log above this size (bytes) is moved aside; one earlier part is kept. */
const maxBytes = 5 * 1024 * 1024;

/** Cuts a log that has grown too large. Its writers append, so they go on at the new end. */
export async function capLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= maxBytes) return;
  await copyFile(path, `${path}.1`);
  await truncate(path);
}

/** The last `bytes` of a log, without a broken first line; empty when there is no log. */
export async function tail(path: string, bytes: number): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, start);
    const text = buffer.toString('utf8', 0, bytesRead);
    return (start === 0 ? text : text.slice(text.indexOf('\n') + 1)).trim();
  } finally {
    await file.close();
  }
}
