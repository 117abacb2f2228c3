import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { PlatformConfiguration } from '../../domain/configuration';
import { parseConfiguration } from '../../domain/configuration-file';
import { SagalineError } from '../../domain/errors';
import type { Configuration } from '../../ports';

/** A platform without a configuration file: it accepts events, and nothing is registered. */
const nothingRegistered = 'apiVersion: sagaline/v1\n';

/** sagaline.yaml, read again when it has changed; an invalid change is reported and the last valid one stays. */
export class FileConfiguration implements Configuration {
  private read: { stamp: string; value: PlatformConfiguration } | undefined;

  constructor(
    private readonly file: string,
    /** Whether somebody named the file: then it must exist. */
    private readonly required: boolean,
    private readonly log: Logger,
  ) {}

  async current(): Promise<PlatformConfiguration> {
    const stamp = await this.stamp();
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
