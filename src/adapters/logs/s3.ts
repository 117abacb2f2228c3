import { Readable, type Writable } from 'node:stream';
import type { StepLogs } from '../../ports';
import type { Bucket } from '../s3/bucket';
import { logName } from './name';
import { PartLog } from './part-log';
import { partWriter } from './part-writer';

/** Logs whose end is remembered, so that a follower asks only for what came after it. */
const remembered = 1000;

/** Logs of steps in a bucket: `logs/<hash of the run>/<step>/<first byte>` for each part. */
export class S3StepLogs implements StepLogs {
  private readonly logs = new Map<string, PartLog>();

  /** `patienceMs`: how long the end of a log waits for a bucket that does not answer. */
  constructor(
    private readonly bucket: Bucket,
    private readonly patienceMs = 30_000,
  ) {}

  async append(run: string, step: string): Promise<Writable> {
    const log = this.log(run, step);
    // Written first: a bucket that takes nothing fails the step before it has done anything.
    await log.open();
    return partWriter(log, (await log.size()) ?? 0, this.patienceMs);
  }

  // An async function, so that a step that is no step id is a rejection here, too.
  async size(run: string, step: string): Promise<number | undefined> {
    return this.log(run, step).size();
  }

  read(run: string, step: string, start: number, end: number): Readable {
    if (end < start) return Readable.from([]);
    return Readable.from(this.log(run, step).read(start, end), { objectMode: false });
  }

  private log(run: string, step: string): PartLog {
    const folder = `logs/${logName(run, step)}/`;
    const log = this.logs.get(folder) ?? new PartLog(this.bucket, folder);
    // Set anew, it is the last of the map; the first one has not been used for the longest time.
    this.logs.delete(folder);
    this.logs.set(folder, log);
    const [oldest] = this.logs.keys();
    if (this.logs.size > remembered && oldest !== undefined) this.logs.delete(oldest);
    return log;
  }
}
