import { randomUUID } from 'node:crypto';
import {
  ApplicationFailure,
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common';
import { runWorkflowId } from '../../src/domain/identity';
import { type Pipeline, pipelineSchema } from '../../src/domain/pipeline';
import { runInput, type Script } from '../workflows/world';
import { type Control, startControl, until } from './control';
import { expectProblem, json, type TestGateway } from './gateway';

let control: Control;
let gateway: TestGateway;
beforeAll(async () => {
  control = await startControl();
  gateway = control.gateway;
});
afterAll(() => control.stop());

const pipeline = pipelineSchema.parse({
  apiVersion: 'sagaline/v1',
  name: 'deliver',
  on: [{ event: 'push' }],
  steps: [
    { id: 'build', uses: 'shell', with: { run: 'make' } },
    { id: 'test', needs: ['build'], uses: 'shell', with: { run: 'make test' } },
  ],
});

/** Starts a run as `route` does, on a queue of the test's own. */
async function startRun(taskQueue: string, of: Pipeline = pipeline, change: Record<string, string> = {}) {
  const input = { ...runInput(of), project: gateway.project };
  const id = runWorkflowId(gateway.project, input.repository, of.name, randomUUID());
  const attributes = {
    SagalineProject: gateway.project,
    SagalineRepository: input.repository,
    SagalinePipeline: of.name,
    SagalineCommit: input.commit,
    SagalineEventId: input.eventId,
    SagalineStatus: 'running',
    ...change,
  };
  const typed = Object.entries(attributes).map(([name, value]) => ({
    key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
    value,
  }));
  const handle = await gateway.client.workflow.start('run', {
    workflowId: id,
    taskQueue,
    args: [input],
    typedSearchAttributes: new TypedSearchAttributes(typed),
  });
  return { id, handle, path: `/runs/${encodeURIComponent(id)}` };
}

const withWorker = (script: Script, use: (taskQueue: string) => Promise<void>) =>
  control.harness.withWorker(script, (_world, taskQueue) => use(taskQueue));

/** A shell step that has begun, and that ends when it is told to. */
function heldStep() {
  let begin = (): void => undefined;
  let end = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  const shell = async () => {
    begin();
    await ended;
    return '';
  };
  return { begun, end, shell };
}

describe('a run', () => {
  it('is shown and listed', async () => {
    await withWorker({}, async (taskQueue) => {
      const { id, handle, path } = await startRun(taskQueue);
      await handle.result();
      expect(await control.getJson(path)).toMatchObject({
        id,
        status: 'succeeded',
        steps: [
          { id: 'build', status: 'succeeded' },
          { id: 'test', status: 'succeeded' },
        ],
        compensations: [],
        links: { self: path, event: '/events/evt_x', logs: { build: `${path}/steps/build/logs` } },
      });
      const { runs } = await until(
        () => control.getJson('/runs?status=succeeded&repository=acme%2Fshop'),
        (list) => list.runs.length > 0,
      );
      expect(runs).toMatchObject([
        { id, pipeline: 'deliver', repository: 'acme/shop', status: 'succeeded', links: { self: path } },
      ]);
    });
  });

  it.each([
    ['succeeded', {}],
    ['failed', { shell: () => Promise.reject(ApplicationFailure.nonRetryable('no such file')) }],
  ])('that has %s is shown when no worker can execute it any more', async (status, script) => {
    let path = '';
    await withWorker(script, async (taskQueue) => {
      const started = await startRun(taskQueue);
      path = started.path;
      await started.handle.result().catch(() => undefined);
    });
    const shown = await control.getJson(path);
    expect(shown).toMatchObject({ status, steps: [{ id: 'build', status }, { id: 'test' }] });
  });

  it('is cancelled once', async () => {
    const { begun, shell, end } = heldStep();
    await withWorker({ shell }, async (taskQueue) => {
      const { id, handle, path } = await startRun(taskQueue);
      await begun;
      const answer = await control.post(`${path}/cancel`, { reason: 'not today' });
      expect(answer.status).toBe(202);
      expect(await json(answer)).toEqual({ id, links: { self: path } });
      end();
      await expect(handle.result()).rejects.toThrow('Workflow execution cancelled');
      expect((await control.getJson(path)).status).toBe('cancelled');
      await expectProblem(await control.post(`${path}/cancel`), 409, 'WrongState');
      await expectProblem(
        await control.post(`${path}/resolve`, { step: 'build', action: 'done', reason: 'x' }),
        409,
        'WrongState',
      );
    });
  });

  it('that waits for nobody cannot be resolved', async () => {
    const { begun, shell, end } = heldStep();
    await withWorker({ shell }, async (taskQueue) => {
      const { handle, path } = await startRun(taskQueue);
      await begun;
      const body = { step: 'build', action: 'done', reason: 'x' };
      await expectProblem(await control.post(`${path}/resolve`, body), 409, 'WrongState');
      await expectProblem(await control.post(`${path}/resolve`, { ...body, actor: 'x' }), 400, 'Malformed');
      await expectProblem(await control.post(`${path}/resolve`, { ...body, action: 'x' }), 400, 'Malformed');
      end();
      await handle.result();
    });
  });

  it('that was terminated in Temporal is shown as failed', async () => {
    const { begun, shell, end } = heldStep();
    await withWorker({ shell }, async (taskQueue) => {
      const { handle, path } = await startRun(taskQueue);
      await begun;
      await handle.terminate();
      end();
      expect(await control.getJson(path)).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('terminated'),
      });
    });
  });

  it('without a worker is unavailable, not unknown', async () => {
    const { handle, path } = await startRun(`nobody-${randomUUID()}`);
    const answer = await control.get(path);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    await expectProblem(answer, 503, 'Unavailable');
    await handle.terminate();
  });

  it.each(['run:x:y', 'inbox:a:b:c', '%00', '%E0%A4%A'])('of the id %s is not found', async (id) => {
    const code = id === '%E0%A4%A' ? 'Malformed' : 'NotFound';
    const status = code === 'Malformed' ? 400 : 404;
    await expectProblem(await control.get(`/runs/${id}`), status, code);
    await expectProblem(await control.post(`/runs/${id}/cancel`), status, code);
  });
});

describe('the list of runs', () => {
  it('is given in pages, each run once', async () => {
    const queue = `nobody-${randomUUID()}`;
    const started = await Promise.all(
      [1, 2, 3].map(() => startRun(queue, pipeline, { SagalinePipeline: 'paged' })),
    );
    await until(
      () => control.getJson('/runs?pipeline=paged'),
      ({ runs }) => runs.length === 3,
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { runs: { id: string }[]; cursor: string | null } = await control.getJson(
        `/runs?pipeline=paged&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.runs.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(seen.toSorted()).toEqual(started.map(({ id }) => id).toSorted());
    await Promise.all(started.map(({ handle }) => handle.terminate()));
    await until(
      () => control.getJson('/runs?pipeline=paged&status=failed'),
      ({ runs }) => runs.length === 3,
    );
  });

  it.each(["x' OR WorkflowType = 'run", "x'' OR 1=1 --", '\\', "\\' OR WorkflowType='run", '"', '`'])(
    'takes the filter %j as text',
    async (value) => {
      const answer = await control.get(`/runs?repository=${encodeURIComponent(value)}`);
      expect({ status: answer.status, body: await json(answer) }).toEqual({
        status: 200,
        body: { runs: [], cursor: null },
      });
    },
  );

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'status=odd',
    'colour=red',
    'status=failed&status=running',
    'cursor=*',
    'cursor=AAAA',
    '__proto__[x]=1',
  ])('refuses %s', async (query) => {
    await expectProblem(await control.get(`/runs?${query}`), 400, 'Malformed');
  });
});
