import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { type AlertInput, createRaiseAlert } from '../../activities/alert';
import { SagalineError } from '../../src/domain/errors';
import { dataSchemas, eventSchema } from '../../src/domain/event';
import type { Sink } from '../../src/ports';
import { recordingSink, recordingWorkflows, sinksOf } from './outgoing';

const input: AlertInput = {
  project: 'default',
  run: 'run:1',
  step: 'migrate',
  repository: 'acme/shop',
  service: 'shop',
  environment: 'production',
  name: 'undo-fails',
  text: 'migrate cannot be undone',
  time: '2026-11-06T12:00:00.000Z',
};

async function raise(given: AlertInput, ...sinks: Sink[]) {
  const { workflows, delivered } = recordingWorkflows();
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const activity = createRaiseAlert({ sinks: sinksOf(...sinks), workflows }, [0, 0]);
  const ended: unknown = await environment.run(activity, given).catch((error: unknown) => error);
  return { delivered, ended };
}

test('an alert is an event of its own, which pipelines can listen to', async () => {
  const { delivered, ended } = await raise({ ...input, depth: 1 });
  expect(ended).toBeUndefined();
  const event = delivered[0]?.event;
  expect(event).toMatchObject({ source: 'sagaline', subject: 'shop:production', kind: 'alert', depth: 2 });
  expect(event?.data).toEqual({
    status: 'firing',
    name: 'undo-fails',
    service: 'shop',
    environment: 'production',
    severity: 'critical',
    labels: { repository: 'acme/shop', run: 'run:1', step: 'migrate', text: 'migrate cannot be undone' },
    startsAt: '2026-11-06T12:00:00.000Z',
  });
  expect(eventSchema.parse(event)).toEqual(event);
  expect(dataSchemas.alert.parse(event?.data)).toEqual(event?.data);
  const laneless = await raise({ ...input, service: null, environment: null });
  expect(laneless.delivered[0]?.event.subject).toBe('undo-fails');
});

test('every attempt is the same alert, and the same trouble at another time is another one', async () => {
  const [first, again, later] = [recordingSink(), recordingSink(), recordingSink()];
  const keys = [
    await raise(input, first.sink),
    await raise(input, again.sink),
    await raise({ ...input, time: '2026-11-06T13:00:00.000Z' }, later.sink),
  ].map(({ delivered }) => delivered[0]?.event.key);
  const ids = [first, again, later].map(({ taken }) => taken[0]?.id);
  for (const [one, two, three] of [keys, ids]) {
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  }
  expect(first.taken[0]).toMatchObject({
    kind: 'alert',
    text: 'migrate cannot be undone',
    event: { type: 'dev.sagaline.alert', subject: 'shop:production', time: input.time },
  });
});

test('a sink is tried three times, and one that stays down keeps no other from being told', async () => {
  const [slow, well, down] = [recordingSink(2), recordingSink(), recordingSink(99)];
  const { ended } = await raise(input, down.sink, slow.sink, well.sink);
  expect(ended).toBeUndefined();
  expect([slow, well, down].map(({ taken, tries }) => [taken.length, tries()])).toEqual([
    [1, 3],
    [1, 1],
    [0, 3],
  ]);
});

test('only when no sink could be told does it fail, and the own pipelines have heard of it all the same', async () => {
  const wrong = new SagalineError('InvalidConfiguration', 'sink pigeon: no kind pigeons');
  const [down, misspelt] = [recordingSink(99), recordingSink(99, wrong)];
  const { ended, delivered } = await raise(input, down.sink, misspelt.sink);
  expect(ended).toMatchObject({
    code: 'CallFailed',
    detail: 'sink chat answered 500; sink pigeon: no kind pigeons',
  });
  // What nobody can cure by waiting is not tried again.
  expect(misspelt.tries()).toBe(1);
  expect(delivered).toHaveLength(1);
});
