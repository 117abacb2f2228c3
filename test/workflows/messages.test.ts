import { temporal } from '@temporalio/proto';
import { ApplicationFailure } from '@temporalio/common';
import { expand } from '../../src/domain/expand';
import { pipelineSchema } from '../../src/domain/pipeline';
import { runVersion, type RunInput, type RunView } from '../../src/domain/run';
import { type Harness, startDevHarness } from './harness';
import { runInputOf } from './world';

const { EVENT_TYPE_MARKER_RECORDED: marker } = temporal.api.enums.v1.EventType;

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

const names = ['a', 'b', 'c', 'd', 'e'];

/** Five messages, one after the other. */
function telling(version: RunInput['version'], more: Record<string, object> = {}): RunInput {
  const steps = names.map((id, at) => ({
    ...{ id, uses: 'notify', with: { to: 'team', message: `this is ${id}` } },
    ...{ needs: names.slice(Math.max(at - 1, 0), at), ...more[id] },
  }));
  const head = { apiVersion: 'sagaline/v1', name: 'tell', on: [{ event: 'push' }] };
  return { ...runInputOf(expand(pipelineSchema.parse({ ...head, steps }))), ...(version && { version }) };
}

/** Runs it; `refuses` says whether a try of a step fails, counted from 1 over all its tries. */
async function told(input: RunInput, refuses: (step: string, attempt: number) => boolean = () => false) {
  const tries: string[] = [];
  return harness.withWorker(
    {},
    async (_world, taskQueue, workflowId) => {
      const { workflow } = harness.environment.client;
      const handle = await workflow.start('run', { workflowId, taskQueue, args: [input] });
      await handle.result().catch(() => undefined);
      const view = await handle.query<RunView>('state');
      const { events } = await handle.fetchHistory();
      const markers = (events ?? []).filter(({ eventType }) => eventType === marker).length;
      const statuses = view.steps.map(({ id, status }) => `${id} ${status}`);
      return { tries, markers, statuses, status: view.status };
    },
    {
      notify({ step }) {
        tries.push(step);
        const attempt = tries.filter((name) => name === step).length;
        if (refuses(step, attempt)) return Promise.reject(new Error('no sink answers'));
        return Promise.resolve({ output: `id of ${step}` });
      },
    },
  );
}

const all = (status: string) => names.map((name) => `${name} ${status}`);

test('messages that follow one another are sent together, and every step keeps its own state', async () => {
  expect(await told(telling(runVersion))).toEqual({
    ...{ tries: names, markers: 1, statuses: all('succeeded'), status: 'succeeded' },
  });
});

test('one that cannot be sent is tried alone, and those before it are not sent again', async () => {
  const found = await told(telling(runVersion), (step, attempt) => step === 'c' && attempt < 3);
  expect(found.tries).toEqual(['a', 'b', 'c', 'c', 'c', 'd', 'e']);
  expect(found.statuses).toEqual(all('succeeded'));
});

test('one that cannot be sent at all fails its run, and nothing after it is sent', async () => {
  const refuses = (step: string) => {
    if (step === 'c') throw ApplicationFailure.nonRetryable('no such sink', 'NotFound');
    return false;
  };
  const found = await told(telling(runVersion), refuses);
  expect(found.tries).toEqual(['a', 'b', 'c', 'c']);
  expect(found.status).toBe('failed');
  expect(found.statuses).toEqual(['a succeeded', 'b succeeded', 'c failed', 'd skipped', 'e skipped']);
});

test('a text may name what the message before it gave', async () => {
  const message = '${steps.b.status} ${steps.b.output}';
  const found = await told(telling(runVersion, { c: { with: { to: 'team', message } } }));
  expect(found).toMatchObject({ tries: names, markers: 2, status: 'succeeded' });
});

test('a run that an earlier version began sends one after the other', async () => {
  expect(await told(telling(2))).toMatchObject({ tries: names, markers: 5, status: 'succeeded' });
});
