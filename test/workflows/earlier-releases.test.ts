import { ApplicationFailure } from '@temporalio/common';
import { pipelineSchema } from '../../src/domain/pipeline';
import { type Harness, startHarness } from './harness';
import { releaseNamed } from './lane-world';
import { deliver, earlierRelease, runInput, type World } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
}, 60_000);
afterAll(() => harness.stop());

const again = {
  ...{ id: 'again', needs: ['release'], uses: 'canary' },
  with: {
    ...{ service: 'shop', environment: 'production', start: 'node server.js --again' },
    ...{ weights: [50], interval: '30s', checks: [{ name: 'errors', query: 'error-rate', max: 0.01 }] },
  },
};
const smoke = { id: 'smoke', needs: ['again'], uses: 'shell', with: { run: 'make smoke' } };
const train = pipelineSchema.parse({ ...deliver(), steps: [...deliver().steps, again, smoke] });

/** What the target was told in a run that releases twice: what serves, beside it, and what the lane can go back to. */
async function told(smokes: boolean): Promise<string[]> {
  const lines: string[] = [];
  const names = new Map([
    [earlierRelease.id, 'before'],
    ['r-oldest', 'oldest'],
  ]);
  const named = (id: string): string => {
    if (!names.has(id)) names.set(id, `new ${String(names.size - 1)}`);
    return names.get(id) ?? '';
  };
  const of = (stable: string | undefined, candidate: string | undefined, earlier: { id: string }[]) => {
    const split = [stable, candidate].flatMap((id) => (id === undefined ? [] : named(id))).join(' and ');
    lines.push(`${split}, before: ${earlier.map(({ id }) => named(id)).join(', ')}`);
    return Promise.resolve();
  };
  const activities: Partial<World['activities']> = {
    shiftTraffic: ({ traffic: { stable, candidate, earlier } }) =>
      of(stable?.release.id, candidate?.release.id, earlier),
    settleLane: ({ live, earlier }) => of(live?.id, undefined, earlier),
  };
  await harness.withWorker(
    {
      stable: earlierRelease,
      grant: (signal, grant) => signal('granted', { ...grant, earlier: [releaseNamed('r-oldest')] }),
      shell({ step, phase }) {
        if (step === 'smoke' && phase === 'step' && !smokes)
          throw ApplicationFailure.nonRetryable('exit code 1', 'StepFailed');
        return '3';
      },
    },
    async (_world, taskQueue, workflowId) => {
      const args = [{ ...runInput(train), version: 2 as const }];
      const handle = await harness.environment.client.workflow.start('run', { workflowId, taskQueue, args });
      await handle.result().catch(() => undefined);
    },
    activities,
  );
  return lines.filter((line, at) => line !== lines[at - 1]);
}

const promoted = [
  'before and new 1, before: oldest',
  'new 1, before: before, oldest',
  // The stand-in for the target says that what was live before the run is beside every candidate.
  'before and new 2, before: before, oldest',
  'new 2, before: before, oldest',
];

it('keep what was live before the run while it lasts, and never a release that the run itself replaces', async () => {
  expect(await told(true)).toEqual(promoted);
});

it('are what they were once the run is undone', async () => {
  expect(await told(false)).toEqual([...promoted, 'new 1, before: before, oldest', 'before, before: oldest']);
});
