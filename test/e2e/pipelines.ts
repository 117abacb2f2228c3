import { stringify } from 'yaml';
import { pipelineOf } from '../support/service';
import type { World } from '../support/world';

/** What a test wants of a pipeline that differs from the usual one. */
export interface Shape {
  /** The canary waits for more requests than anybody sends. */
  held?: true;
  /** File without which the undo of the migration fails. */
  undoNeeds?: string;
  /** Script of the step between migration and release. */
  verify?: string;
  environment?: string;
  /** More of the file, or something else in its place. */
  change?: Record<string, unknown>;
}

const neverJudged = { minSamples: 1_000_000, checks: [{ name: 'errors', query: 'error-rate', max: 0.02 }] };
const byTime = { checks: [] };

/** A delivery with a migration, which needs no requests to be promoted: the file by its path. */
export function delivery({ gate }: Pick<World, 'gate'>, shape: Shape = {}): Record<string, string> {
  const { held, undoNeeds, verify = 'true', environment = 'production', change } = shape;
  const { steps, ...head } = pipelineOf(gate.file);
  const [build, release] = steps;
  const undo = undoNeeds === undefined ? 'true' : `test -e '${undoNeeds}'`;
  const file = {
    ...head,
    steps: [
      build,
      {
        id: 'migrate',
        needs: ['build'],
        uses: 'shell',
        with: { run: 'echo migrated' },
        compensate: { uses: 'shell', with: { run: undo } },
      },
      { id: 'verify', needs: ['migrate'], uses: 'shell', with: { run: verify } },
      {
        ...release,
        needs: ['verify'],
        with: { ...release?.with, environment, interval: '300ms', ...(held ? neverJudged : byTime) },
      },
    ],
    ...change,
  };
  return { '.sagaline/deliver.yaml': stringify(file) };
}
