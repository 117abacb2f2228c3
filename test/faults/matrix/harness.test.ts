import { type Fault, play } from './cell';
import { type Stage, startStage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 180_000);
afterAll(() => stage.stop(), 180_000);

test('a run in which much is wrong violates what it must, and nothing else', async () => {
  const wrong: Fault = {
    name: 'a run in which much is wrong',
    deliver: ({ push, plant }) =>
      push({
        // A migration that is done twice and never undone, and a secret that is written into the pipeline.
        test: `echo "up $SAGALINE_COMMIT" >>"$STAGE/migrations" # ${plant}`,
        undo: 'true',
        failShare: 0.5,
      }),
    inject: () => Promise.resolve(undefined),
    ends: () => ['succeeded'],
  };
  const { violations } = await play(stage, {
    fault: wrong,
    moment: { phase: 'during', step: 'release' },
    seed: 'none',
  });
  expect([...new Set(violations.map((violation) => violation.split(':')[0]))].sort()).toEqual([
    'I2',
    'I3',
    'I5',
    'I8',
  ]);
}, 300_000);
