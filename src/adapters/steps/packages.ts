import { SagalineError } from '../../domain/errors';
import { loadPackage } from '../../packages';
import type { Configuration, CustomStepDefinition, CustomSteps } from '../../ports';
import { definitionFrom } from './definition';

/** The packages that sagaline.yaml registers, found from its folder and loaded once for each list of them. */
export class PackageSteps implements CustomSteps {
  private loaded: { list: string; steps: ReadonlyMap<string, CustomStepDefinition> } | undefined;

  constructor(
    /** Path of sagaline.yaml, absolute. */
    private readonly configFile: string,
    private readonly configuration: Configuration,
  ) {}

  /** Throws InvalidConfiguration naming every package that cannot be loaded; a package that was changed needs a new worker. */
  async load(): Promise<ReadonlyMap<string, CustomStepDefinition>> {
    const { steps } = await this.configuration.current();
    const list = JSON.stringify(steps);
    if (this.loaded?.list === list) return this.loaded.steps;
    const found = new Map<string, CustomStepDefinition>();
    const problems: string[] = [];
    for (const step of steps) {
      try {
        found.set(step.name, definitionFrom(loadPackage(this.configFile, step.package)));
      } catch (error) {
        problems.push(`step ${step.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (problems.length > 0) throw new SagalineError('InvalidConfiguration', problems.join('\n'));
    this.loaded = { list, steps: found };
    return found;
  }
}
