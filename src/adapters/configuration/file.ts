import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { PlatformConfiguration } from '../../domain/configuration';
import { parseConfiguration } from '../../domain/configuration-file';
import { SagalineError } from '../../domain/errors';
import type { Configuration } from '../../ports';

/** A platform without a configuration file: it accepts events, and nothing is registered. */
const nothingRegistered = 'apiVersion: sagaline/v1\n';

/** Milliseconds for which an answer counts as current, so that a busy gateway does not ask the disk for every event. */
const freshMs = 100;

/** sagaline.yaml, read again when it has changed; an invalid change is reported and the last valid one stays. */
export class FileConfiguration implements Configuration {
  private read: { stamp: string; value: PlatformConfiguration } | undefined;
  private freshUntil = 0;

  constructor(
    private readonly file: string,
    /** Whether somebody named the file: then it must exist. */
    private readonly required: boolean,
    private readonly log: Logger,
  ) {}

  /** The configuration as it was at most 100 ms ago. */
  async current(): Promise<PlatformConfiguration> {
    if (this.read && performance.now() < this.freshUntil) return this.read.value;
    const stamp = await this.stamp();
    this.freshUntil = performance.now() + freshMs;
    if (this.read?.stamp === stamp) return this.read.value;
    try {
      this.read = { stamp, value: parseConfiguration(this.file, await this.text()) };
    } catch (error) {
      if (!this.read) throw error;
      this.read = { stamp, value: this.read.value };
      this.log.error({ file: this.file, problem: (error as Error).message }, 'configuration change ignored');
    }
    return this.read.value;
  }

  private async stamp(): Promise<string> {
    const found = await stat(this.file).catch(() => undefined);
    return found ? `${found.mtimeMs}:${found.size}:${found.ino}` : 'absent';
  }

  private async text(): Promise<string> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if (!this.required && (error as NodeJS.ErrnoException).code === 'ENOENT') return nothingRegistered;
      throw new SagalineError('InvalidConfiguration', `${this.file} cannot be read`, { cause: error });
    }
  }
}
