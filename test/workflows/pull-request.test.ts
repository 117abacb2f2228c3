import type { SagalineEvent } from '../../src/domain/event';
import { useStage } from './semantics/stage';
import { deliver, runInput } from './world';

const stage = useStage();

/** What the step of a run for such an event is told of a pull request. */
async function toldTo(kind: SagalineEvent['kind']): Promise<unknown[]> {
  const told: unknown[] = [];
  const { event } = runInput(deliver());
  const play = {
    steps: [{ id: 'build', uses: 'shell', with: { run: 'make' } }],
    input: { event: { ...event, kind, data: { number: 7 } } },
    shell: ({ change }: { change: { pull?: number } }) => {
      told.push(change.pull);
      return '';
    },
  };
  await stage.play(play, async (run) => {
    await run.end();
  });
  return told;
}

test('steps of a pull request are told its number, so that their caches are its own; no others are', async () => {
  expect(await toldTo('pull_request')).toEqual([7]);
  expect(await toldTo('custom')).toEqual([undefined]);
});
