import { quietRuntime } from '../../support/quiet-runtime';
import { type Cell, type Fault, play } from './cell';
import { type Moment, phaseOf, type Step, steps } from './moment';
import { record } from './record';
import { wholeSeeds } from './seed';
import { type Stage, startStage } from './stage';

type Drawn = Omit<Cell, 'seed'>;

/** Seed of what `npm test` plays. */
const sampleSeed = 'sample';

/** A fault at each of the steps, in the phase that the seed gives it there. */
export const atSteps = (fault: Fault, seed: string, chosen: readonly Step[] = steps): Drawn[] =>
  chosen.map((step) => ({ fault, moment: { phase: phaseOf(fault.name, step, seed), step } }));

/** A fault at a moment of its own. */
export const at = (fault: Fault, phase: Moment['phase'], step: Step): Drawn => ({
  fault,
  moment: { phase, step },
});

/** One test for each cell that each seed draws, all of a seed on one platform. */
export function describeCells(
  cellsOf: (seed: string) => Drawn[],
  start: () => Promise<Stage> = () => startStage(),
  seeds = wholeSeeds() ?? [sampleSeed],
): void {
  // Of a process, not of a seed.
  beforeAll(quietRuntime);
  describe.each(seeds)('seed %s', (seed) => {
    let stage: Stage | undefined;
    afterAll(async () => {
      if (stage) expect(await stage.stop()).toEqual([]);
    }, 120_000);

    const rows = cellsOf(seed).map(
      ({ fault, moment }) => [fault.name, moment.phase, moment.step, fault, moment] as const,
    );
    test.each(rows)(
      '%s, %s %s',
      async (_name, _phase, _step, fault, moment) => {
        stage ??= await start();
        const cell = { fault, moment, seed };
        const outcome = await play(stage, cell);
        await record({ ...cell, ...outcome, backend: stage.backend });
        const { violations } = outcome;
        if (violations.length > 0) {
          // What is wrong with this platform must not be held against the next fault.
          await stage.stop();
          stage = undefined;
        }
        expect(violations).toEqual([]);
      },
      420_000,
    );
  });
}
