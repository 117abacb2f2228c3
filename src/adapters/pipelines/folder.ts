import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { SagalineError } from '../../domain/errors';
import type { GoldenPaths } from '../../ports';

type Files = { path: string; text: string }[];

/** Pipeline files are small; more or larger ones are a mistake. */
const maxFiles = 50;
const maxFileBytes = 256 * 1024;

/** A folder that the setting SAGALINE_PIPELINES names, read again for every event; without one there are no files. */
export class FolderPipelines implements GoldenPaths {
  private constructor(
    private readonly folder: string,
    private last: Files,
    private readonly log: Logger,
  ) {}

  /** Throws InvalidConfiguration when the folder cannot be read. */
  static async open(folder: string | undefined, log: Logger): Promise<GoldenPaths> {
    if (folder === undefined) return { files: () => Promise.resolve([]) };
    try {
      return new FolderPipelines(folder, await read(folder), log);
    } catch (error) {
      const detail = `SAGALINE_PIPELINES: the folder ${folder} cannot be read`;
      throw new SagalineError('InvalidConfiguration', detail, { cause: error });
    }
  }

  /** In the order of their names. A folder that cannot be read for a moment keeps the files that were read last. */
  async files(): Promise<Files> {
    try {
      this.last = await read(this.folder);
    } catch (error) {
      this.log.error(
        { folder: this.folder, problem: (error as Error).message },
        'golden paths not read again',
      );
    }
    return this.last;
  }
}

async function read(folder: string): Promise<Files> {
  const names = (await readdir(folder)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      const found = await stat(file);
      return found.isFile() && found.size <= maxFileBytes
        ? { name, text: await readFile(file, 'utf8') }
        : undefined;
    }),
  );
  return files
    .filter((file) => file !== undefined)
    .slice(0, maxFiles)
    .map(({ name, text }) => ({ path: `golden-paths/${name}`, text }));
}
