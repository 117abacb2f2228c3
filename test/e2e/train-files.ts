import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { example, type Service } from './train-world';

const pipelineSchema = z.looseObject({
  steps: z.array(
    z.looseObject({
      id: z.string(),
      needs: z.array(z.string()).optional(),
      with: z.record(z.string(), z.unknown()),
    }),
  ),
});
type Step = z.infer<typeof pipelineSchema>['steps'][number];

/** The example's pipeline with its steps changed, as the file of a commit. */
export async function train(change: (steps: Step[]) => Step[]): Promise<Record<string, string>> {
  const name = '.sagaline/train.yaml';
  const pipeline = pipelineSchema.parse(parse(await readFile(join(example, name), 'utf8')));
  return { [name]: stringify({ ...pipeline, steps: change(pipeline.steps) }) };
}

/** The releases with these settings; a service of `live` releases the code that is live. */
export const configured =
  (settings: Partial<Record<Service, string>>, live: Service[] = []) =>
  (steps: Step[]): Step[] =>
    steps.map((step) => {
      const service = step.with['service'] as Service | undefined;
      if (service === undefined) return step;
      const { artifact, ...rest } = step.with;
      const setting = settings[service];
      return {
        ...step,
        with: {
          ...rest,
          ...(!live.includes(service) && { artifact }),
          ...(setting !== undefined && { env: { SETTING: setting } }),
        },
      };
    });

/** Adds a second release of the worker to the train, after its first: another setting for the code that is live by then. */
export const reconfiguredTwice =
  (setting: string) =>
  (steps: Step[]): Step[] =>
    steps.flatMap((step) => {
      if (step.id === 'release-api') return [{ ...step, needs: ['reconfigure-worker'] }];
      if (step.id !== 'release-worker') return [step];
      // A field without a value is left out of the file.
      const settings = { ...step.with, artifact: undefined, env: { SETTING: setting } };
      return [step, { ...step, id: 'reconfigure-worker', needs: [step.id], with: settings }];
    });

/** Another version of a service, with this code if any. */
export const version = (service: Service, number: string, code?: string): Record<string, string> => ({
  [`services/${service}/package.json`]: JSON.stringify({ name: service, version: number, type: 'module' }),
  ...(code !== undefined && { [`services/${service}/answer.js`]: code }),
});

/** Code that answers no request. */
export const broken = `export const answer = () => { throw new Error('no theme of that name'); };\n`;

/** A migration that gives every berth a currency, and its way back. */
export const currencies = {
  'migrations/002-currencies.js': `
export const up = ({ berths, ...data }) => ({ ...data, berths: berths.map((berth) => ({ ...berth, currency: 'EUR' })) });
export const down = ({ berths, ...data }) => ({ ...data, berths: berths.map(({ currency, ...berth }) => berth) });
`,
};

/** A smoke test that says where it is and waits while the gate file exists. */
export const gated = (file: string): Record<string, string> => ({
  'smoke.js': `
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { SAGALINE_COMMIT: commit, SAGALINE_ATTEMPT: attempt } = process.env;
const marker = ${JSON.stringify(file)} + '-' + commit + '-' + attempt;
writeFileSync(marker + '.new', String(process.pid));
renameSync(marker + '.new', marker);
while (existsSync(${JSON.stringify(file)})) await sleep(25);
`,
});
