import { createHash } from 'node:crypto';
import { createEmitEvent, type EmitInput } from '../../activities/emit';
import { createNotify } from '../../activities/notify';
import { eventSchema } from '../../src/domain/event';
import { recordingSink, recordingWorkflows, sinksOf } from './outgoing';

const input: EmitInput = {
  project: 'default',
  run: 'run:1',
  step: 'tell',
  repository: 'acme/shop',
  commit: 'a'.repeat(40),
  depth: 2,
  type: 'service.deployed',
  subject: 'shop',
  data: { environment: { id: 'production' }, artifactId: 'pkg:generic/shop@1' },
  time: '2026-11-06T12:00:00.000Z',
};
const id = createHash('sha256').update('run:1/tell').digest('hex');
const origin = { repository: 'acme/shop', commit: 'a'.repeat(40), run: 'run:1', step: 'tell' };

test('a type of CDEvents becomes one: context, subject and content, with the version of that event', async () => {
  const [sink, { workflows }] = [recordingSink(), recordingWorkflows()];
  await expect(createEmitEvent({ sinks: sinksOf(sink.sink), workflows })(input)).resolves.toEqual({
    output: id,
  });
  const type = 'dev.cdevents.service.deployed.0.2.0';
  expect(sink.taken).toEqual([
    {
      id,
      kind: 'event',
      text: 'service.deployed shop',
      event: {
        type,
        subject: 'shop',
        time: input.time,
        depth: 3,
        data: {
          context: { version: '0.4.1', id, source: 'sagaline', type, timestamp: input.time },
          subject: { id: 'shop', type: 'service', content: input.data },
          customData: origin,
          customDataContentType: 'application/json',
        },
      },
    },
  ]);
});

test.each([
  ['taskrun.finished', 'dev.cdevents.taskrun.finished.0.2.0', 'taskRun'],
  ['change.created', 'dev.cdevents.change.created.0.3.0', 'change'],
  ['ticket.closed', 'dev.cdevents.ticket.closed.0.1.0', 'ticket'],
])('%s is %s about a %s', async (type, full, subjectType) => {
  const [sink, { workflows }] = [recordingSink(), recordingWorkflows()];
  await createEmitEvent({ sinks: sinksOf(sink.sink), workflows })({ ...input, type });
  expect(sink.taken[0]?.event).toMatchObject({ type: full, data: { subject: { type: subjectType } } });
});

test.each(['acme.paid', 'service.unheard-of', 'constructor.name', 'service.deployed.twice'])(
  'a type of the own, such as %s, goes out as it is',
  async (type) => {
    const [sink, { workflows }] = [recordingSink(), recordingWorkflows()];
    await createEmitEvent({ sinks: sinksOf(sink.sink), workflows })({ ...input, type });
    expect(sink.taken[0]?.event).toMatchObject({ type, data: input.data });
  },
);

test('the own pipelines get it too, one deeper, in the order of the repository, and once for all attempts', async () => {
  const { workflows, delivered } = recordingWorkflows();
  const emit = createEmitEvent({ sinks: sinksOf(), workflows });
  await emit({ ...input, data: { type: 'not this', note: 'kept' } });
  await emit(input);
  await emit({ ...input, step: 'other' });
  const [first, second, other] = delivered;
  expect(first).toMatchObject({
    project: 'default',
    event: {
      source: 'sagaline',
      subject: 'acme/shop',
      kind: 'custom',
      deliveryId: id,
      depth: 3,
      data: { type: 'service.deployed', subject: 'shop', note: 'kept' },
    },
  });
  expect(eventSchema.parse(first?.event)).toEqual(first?.event);
  expect(second?.event.key).toBe(first?.event.key);
  expect(other?.event.key).not.toBe(first?.event.key);
});

test('a sink that does not take it fails the step, and no pipeline hears of it before all sinks have', async () => {
  const { workflows, delivered } = recordingWorkflows();
  const [well, ill] = [recordingSink(), recordingSink(1)];
  const emit = createEmitEvent({ sinks: sinksOf(well.sink, ill.sink), workflows });
  await expect(emit(input)).rejects.toMatchObject({ code: 'CallFailed' });
  expect(delivered).toEqual([]);
  await emit(input);
  expect(delivered).toHaveLength(1);
  expect(new Set([...well.taken, ...ill.taken].map((message) => message.id))).toEqual(new Set([id]));
});

test('more than an event may hold is refused before anybody hears of it', async () => {
  const [sink, { workflows }] = [recordingSink(), recordingWorkflows()];
  const large = { ...input, data: { text: 'x'.repeat(33_000) } };
  const refused = createEmitEvent({ sinks: sinksOf(sink.sink), workflows })(large);
  await expect(refused).rejects.toMatchObject({ code: 'TooLarge' });
  expect(sink.tries()).toBe(0);
});

test('a message goes to the sink of its name, with the same id for every attempt', async () => {
  const { sink, taken } = recordingSink();
  const notify = createNotify({ sinks: sinksOf(sink) });
  const message = { run: 'run:1', step: 'tell', to: 'chat', message: 'shop is live' };
  await expect(notify(message)).resolves.toEqual({ output: id });
  expect(taken).toEqual([{ id, kind: 'message', text: 'shop is live' }]);
  const nobody = createNotify({ sinks: sinksOf() });
  await expect(nobody(message)).rejects.toMatchObject({ code: 'NotFound' });
});
