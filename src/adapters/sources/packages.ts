import type { Logger } from 'pino';
import { SagalineError } from '../../domain/errors';
import { loadPackage } from '../../packages';
import type { Configuration } from '../../ports';
import type { AnySource, WrittenSources } from './source';
import { writtenSource } from './written';

/** Milliseconds after which a package that could not be loaded is tried again: nobody is known who asks for it. */
const retryMs = 10_000;

/** The sources whose packages sagaline.yaml names, each loaded when it is first used; a changed package needs a new gateway. */
export class SourcePackages implements WrittenSources {
  private readonly loaded = new Map<string, AnySource>();
  private readonly failed = new Map<string, number>();

  constructor(
    /** Path of sagaline.yaml, absolute. */
    private readonly configFile: string,
    private readonly configuration: Configuration,
    private readonly log: Pick<Logger, 'error'>,
  ) {}

  async names(): Promise<string[]> {
    const { sources } = await this.configuration.current();
    return sources.filter((source) => source.package !== undefined).map(({ name }) => name);
  }

  async find(name: string): Promise<AnySource | undefined> {
    const { sources } = await this.configuration.current();
    const file = sources.find((source) => source.name === name)?.package;
    if (file === undefined) return undefined;
    const key = JSON.stringify([name, file]);
    const source = this.loaded.get(key) ?? this.load(key, name, file);
    if (source) return source;
    // Not the reason, which tells of this machine's folders.
    const detail = `the package of the source ${name} cannot be loaded: the log of the gateway says why`;
    throw new SagalineError('Unavailable', detail);
  }

  private load(key: string, name: string, file: string): AnySource | undefined {
    if (Date.now() - (this.failed.get(key) ?? -Infinity) < retryMs) return undefined;
    try {
      const source = writtenSource(name, loadPackage(this.configFile, file));
      this.loaded.set(key, source);
      return source;
    } catch (error) {
      this.failed.set(key, Date.now());
      const problem = error instanceof Error ? error.message : String(error);
      this.log.error({ source: name, problem }, 'a package of a source cannot be loaded');
      return undefined;
    }
  }
}
