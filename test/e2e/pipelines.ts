import { stringify } from 'yaml';
import { pipelineOf } from '../support/service';
import type { World } from '../support/world';

/** What a test wants of a pipeline that differs from the usual one. */
export interface Shape {
  /** How the canary is judged: `held` waits for more requests than anybody sends; by default time alone promotes it. */
  canary?: 'judged' | 'held';
  /** Script of the step before anything is changed. */
  test?: string;
  /** File without which the undo of the migration fails. */
  undoNeeds?: string;
  /** Script of the step between migration and release. */
  verify?: string;
  /** More of the file, or something else in its place. */
  change?: Record<string, unknown>;
}

const neverJudged = { minSamples: 1_000_000, checks: [{ name: 'errors', query: 'error-rate', max: 0.02 }] };
const judgements = {
  judged: {},
  held: { ...neverJudged, interval: '300ms' },
  byTime: { checks: [], interval: '300ms' },
};

/** The file, by its path, of a delivery with a test, a migration and its undo. */
export function delivery({ gate }: Pick<World, 'gate'>, shape: Shape = {}): Record<string, string> {
  const { canary, test = 'true', undoNeeds, verify = 'true', change } = shape;
  const { steps, ...head } = pipelineOf(gate.file);
  const [build, release] = steps;
  const undo = undoNeeds === undefined ? 'true' : `test -e '${undoNeeds}'`;
  const file = {
    ...head,
    steps: [
      build,
      { id: 'test', needs: ['build'], uses: 'shell', with: { run: test } },
      {
        id: 'migrate',
        needs: ['test'],
        uses: 'shell',
        with: { run: 'echo migrated' },
        compensate: { uses: 'shell', with: { run: undo } },
      },
      { id: 'verify', needs: ['migrate'], uses: 'shell', with: { run: verify } },
      {
        ...release,
        needs: ['verify'],
        with: { ...release?.with, ...judgements[canary ?? 'byTime'] },
      },
    ],
    ...change,
  };
  return { '.sagaline/deliver.yaml': stringify(file) };
}
