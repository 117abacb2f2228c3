import { randomUUID } from 'node:crypto';
import { runWorkflowId } from '../../src/domain/identity';
import { type Harness, startDevHarness } from '../workflows/harness';
import { deliver, runInput } from '../workflows/world';
import { bearer, expectProblem, startGateway, type TestGateway } from './gateway';

let harness: Harness;
let gateway: TestGateway;
beforeAll(async () => {
  harness = await startDevHarness();
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
  await harness.stop();
});

const newRun = () => runWorkflowId(gateway.project, 'acme/shop', 'deliver', randomUUID());
const read = (run: string, step: string, headers = {}, query = '') =>
  fetch(`${gateway.url}/runs/${encodeURIComponent(run)}/steps/${step}/logs${query}`, {
    headers: { ...bearer, ...headers },
  });

async function write(run: string, step: string, text: string): Promise<void> {
  const log = await gateway.logs.append(run, step);
  await new Promise<void>((resolve) => log.end(text, resolve));
}

describe('the log of a step', () => {
  let run: string;
  beforeAll(() => {
    run = `run:${gateway.project}:r:d:1`;
  });
  beforeAll(() => write(run, 'build', '0123456789'));

  it('is plain text', async () => {
    const answer = await read(run, 'build');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(await answer.text()).toBe('0123456789');
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('is given in part for %s', async (range, text, contentRange) => {
    const answer = await read(run, 'build', { range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
    expect(await answer.text()).toBe(text);
  });

  it.each(['bytes=10-', 'bytes=99-100'])('has nothing at %s', async (range) => {
    const answer = await read(run, 'build', { range });
    expect(answer.headers.get('content-range')).toBe('bytes */10');
    await expectProblem(answer, 416, 'RangeNotSatisfiable');
  });

  it.each(['lines=1-2', 'bytes=5-1', 'nonsense', 'bytes=0-1,4-5'])('is given whole for %s', async (range) => {
    const answer = await read(run, 'build', { range });
    // A range that ends before it begins cannot be satisfied by any reading of RFC 9110 but being ignored or refused.
    if (answer.status === 416) await expectProblem(answer, 416, 'RangeNotSatisfiable');
    else expect(await answer.text()).toBe('0123456789');
  });

  it('may be empty', async () => {
    await write(run, 'quiet', '');
    const answer = await read(run, 'quiet');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  it('that is not there is not found', async () => {
    await expectProblem(await read(run, 'other'), 404, 'NotFound');
    await expectProblem(await read(`run:${gateway.project}:none`, 'build'), 404, 'NotFound');
    await expectProblem(await read(`run:${gateway.project}:none`, 'build', {}, '?follow=1'), 404, 'NotFound');
    await expectProblem(await read(run, '..%2f..%2fbuild'), 400, 'Malformed');
    await expectProblem(await read(run, 'build', {}, '?follow=yes'), 400, 'Malformed');
  });
});

it('is followed until its step is closed', async () => {
  const run = newRun();
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const shell = async () => {
    await write(run, 'build', 'compiling\n');
    await ended;
    await write(run, 'build', 'done\n');
    return '';
  };
  // The step ends only after its log was found quiet: a log that is quiet is not one that is complete.
  const size = gateway.logs.size.bind(gateway.logs);
  let looks = 0;
  jest.spyOn(gateway.logs, 'size').mockImplementation((...of) => {
    looks += 1;
    if (looks === 4) end();
    return size(...of);
  });
  await harness.withWorker({ shell }, async (_world, taskQueue) => {
    const handle = await gateway.client.workflow.start('run', {
      workflowId: run,
      taskQueue,
      args: [runInput({ ...deliver(), steps: deliver().steps.slice(0, 1) })],
    });
    const answer = await read(run, 'build', {}, '?follow=1');
    expect(answer.status).toBe(200);
    let text = '';
    try {
      const decoder = new TextDecoder();
      for await (const chunk of answer.body ?? []) text += decoder.decode(chunk as Uint8Array);
    } finally {
      end();
    }
    expect(text).toBe('compiling\ndone\n');
    await handle.result();
    await expectProblem(await read(run, 'unknown', {}, '?follow=1'), 404, 'NotFound');
  });
});
