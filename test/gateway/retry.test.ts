import { randomUUID } from 'node:crypto';
import { taskQueue } from '../../src/domain/messages';
import type { RunInput } from '../../src/domain/run';
import { type StandIn, type StandInRun, startStandIn } from './control-stand-in';
import { bearer, expectProblem, json, startGateway, type TestGateway } from './gateway';

let gateway: TestGateway;
let standIn: StandIn;
beforeAll(async () => {
  gateway = await startGateway();
  standIn = await startStandIn(gateway);
});
afterAll(async () => {
  await standIn.stop();
  await gateway.stop();
});

const post = (path: string, body: unknown = {}) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const retry = ({ path }: Pick<StandInRun, 'path'>, body: unknown = {}) => post(`${path}/retry`, body);

/** A run that has closed, because `gate` was approved or rejected. */
async function closedRun(how: 'approve' | 'reject', id?: string): Promise<StandInRun> {
  const run = await standIn.start(id === undefined ? {} : { id });
  expect((await post(`${run.path}/${how}`)).status).toBe(200);
  await run.handle.result().catch(() => undefined);
  return run;
}

/** The id of the run that a retry started. No worker serves its queue here. */
async function started(answer: Response): Promise<string> {
  expect(answer.status).toBe(202);
  return (await json(answer)).id as string;
}

async function inputOf(id: string): Promise<RunInput> {
  const { events } = await gateway.client.workflow.getHandle(id).fetchHistory();
  const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return JSON.parse(Buffer.from(input?.data ?? []).toString()) as RunInput;
}

describe('a run that failed', () => {
  it('is retried as a run of its own, found and labelled as the first', async () => {
    const { id, handle, input, path } = await closedRun('reject');
    const answer = await retry({ path }, { reason: 'the disk was full' });
    expect({ status: answer.status, body: await json(answer) }).toEqual({
      status: 202,
      body: { id: `${id}:2`, links: { self: `/runs/${encodeURIComponent(`${id}:2`)}` } },
    });
    const next = await gateway.client.workflow.getHandle(`${id}:2`).describe();
    const before = await handle.describe();
    expect(next).toMatchObject({ type: 'run', taskQueue, memo: { eventId: input.eventId } });
    const labels = (of: typeof next) =>
      Object.fromEntries(
        of.typedSearchAttributes
          .getAll()
          .map(({ key, value }) => [key.name, value])
          // Workers add attributes of their own, such as their build.
          .filter(([name]) => String(name).startsWith('Sagaline')),
      );
    expect(labels(next)).toEqual({ ...labels(before), SagalineStatus: 'running' });
    expect(await next.staticSummary()).toBe(await before.staticSummary());
    expect(await next.staticDetails()).toBe(`retry of \`${id}\` by admin: the disk was full`);
    expect(await inputOf(`${id}:2`)).toEqual({
      ...input,
      resume: { of: id, outputs: { build: expect.any(Object) } },
    });
  });

  it('is not retried while its retry is open, and then as the next number', async () => {
    const run = await closedRun('reject');
    expect(await started(await retry(run))).toBe(`${run.id}:2`);
    const { detail } = await expectProblem(await retry(run), 409, 'WrongState');
    expect(detail).toContain(`${run.id}:2 is still open`);
    await gateway.client.workflow.getHandle(`${run.id}:2`).terminate();
    expect(await started(await retry(run))).toBe(`${run.id}:3`);
  });

  it('is retried once when several ask at once', async () => {
    const run = await closedRun('reject');
    const answers = await Promise.all(Array.from({ length: 5 }, () => retry(run)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409, 409, 409]);
    for (const answer of answers.filter(({ status }) => status === 409))
      await expectProblem(answer, 409, 'WrongState');
  });

  it('is retried from the last try, and not any more once a try has succeeded', async () => {
    const first = await closedRun('reject');
    const second = await closedRun('reject', `${first.id}:2`);
    expect(await started(await retry(second))).toBe(`${first.id}:3`);
    expect((await inputOf(`${first.id}:3`)).resume?.of).toBe(`${first.id}:2`);
    await gateway.client.workflow.getHandle(`${first.id}:3`).terminate();
    await closedRun('approve', `${first.id}:4`);
    for (const run of [first, second]) {
      const { detail } = await expectProblem(await retry(run), 409, 'WrongState');
      expect(detail).toContain(`${first.id}:4 has succeeded`);
    }
  });

  it('is retried from the step that did not succeed, whatever step is named', async () => {
    const run = await closedRun('reject');
    for (const [step, said] of [
      ['build', 'has succeeded'],
      ['other', 'no step other'],
    ]) {
      const { detail } = await expectProblem(await retry(run, { step }), 409, 'WrongState');
      expect(detail).toContain(said);
    }
    expect(await started(await retry(run, { step: 'gate' }))).toBe(`${run.id}:2`);
  });
});

describe('a run', () => {
  it('that is open is not retried', async () => {
    const run = await standIn.start();
    const { detail } = await expectProblem(await retry(run), 409, 'WrongState');
    expect(detail).toContain('still open');
    await run.handle.terminate();
  });

  it('that was terminated in Temporal is retried', async () => {
    const run = await standIn.start();
    await run.handle.query('state');
    await run.handle.terminate();
    expect(await started(await retry(run))).toBe(`${run.id}:2`);
  });

  it('that has succeeded is not retried', async () => {
    const { detail } = await expectProblem(await retry(await closedRun('approve')), 409, 'WrongState');
    expect(detail).toContain('has succeeded');
  });

  it('that was ended before a worker began it is retried as it was', async () => {
    const run = await standIn.start({ taskQueue: `nobody-${randomUUID()}` });
    await run.handle.terminate();
    expect(await started(await retry(run))).toBe(`${run.id}:2`);
    expect(await inputOf(`${run.id}:2`)).toEqual(run.input);
  });

  it('whose workers are gone is unavailable, because only they know where it ended', async () => {
    const gone = await startStandIn(gateway);
    const run = await gone.start();
    await run.handle.query('state');
    await gone.stop();
    await run.handle.terminate();
    await expectProblem(await retry(run), 503, 'Unavailable');
  });

  it.each(['run:no:such', 'inbox:a:b:c'])('of the id %s is not found', async (id) => {
    await expectProblem(await retry({ path: `/runs/${id}` }), 404, 'NotFound');
  });

  it.each([
    [{ step: 1 }, 'step'],
    [{ reason: 'x'.repeat(1001) }, 'reason'],
    [{ actor: 'eve' }, 'actor'],
  ])('is not retried with the body %j', async (body, named) => {
    const { detail } = await expectProblem(await retry({ path: '/runs/run:x' }, body), 400, 'Malformed');
    expect(detail).toContain(named);
  });
});
