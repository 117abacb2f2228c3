import { createSendMessages, type Message } from '../../activities/messages';

const told = (step: string): Message => ({
  kind: 'notify',
  input: { run: 'run:1', step, to: 'team', message: step },
});
const emitted: Message = {
  kind: 'emit',
  input: {
    ...{ project: 'default', run: 'run:1', step: 'event', repository: 'acme/shop', commit: 'c', depth: 0 },
    ...{ type: 'shop.told', subject: 'shop', data: {}, time: '2026-01-01T00:00:00.000Z' },
  },
};

test('messages are sent in their order, and none after the first that could not be', async () => {
  const asked: string[] = [];
  const sendMessages = createSendMessages({
    notify({ step }) {
      asked.push(step);
      return step === 'refused' ? Promise.reject(new Error('no')) : Promise.resolve({ output: `of ${step}` });
    },
    emitEvent({ step }) {
      asked.push(step);
      return Promise.resolve({ output: `of ${step}` });
    },
  });
  const outputs = ['of a', 'of event'].map((output) => ({ output }));
  expect(await sendMessages([told('a'), emitted])).toEqual(outputs);
  expect(await sendMessages([told('a'), emitted, told('refused'), told('b')])).toEqual(outputs);
  expect(asked).toEqual(['a', 'event', 'a', 'event', 'refused']);
});
