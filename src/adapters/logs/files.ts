import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import type { StepLogs } from '../../ports';
import { logName } from './name';

/** Logs of steps as files of one folder: `<hash of the run>/<step>.log`. */
export class FileStepLogs implements StepLogs {
  constructor(private readonly folder: string) {}

  async append(run: string, step: string): Promise<Writable> {
    const file = this.file(run, step);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
    await once(stream, 'open');
    // A log that cannot be stored must not end the process of a writer that does not listen.
    return stream.on('error', () => undefined);
  }

  async size(run: string, step: string): Promise<number | undefined> {
    try {
      return (await stat(this.file(run, step))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  read(run: string, step: string, start: number, end: number): Readable {
    if (end < start) return Readable.from([]);
    return createReadStream(this.file(run, step), { start, end });
  }

  private file(run: string, step: string): string {
    return join(this.folder, `${logName(run, step)}.log`);
  }
}
