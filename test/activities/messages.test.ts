import { MockActivityEnvironment } from '@temporalio/testing';
import { createSendMessages, type RowMessage } from '../../activities/messages';

const told = (step: string, limitMs = 30_000): RowMessage => ({
  limitMs,
  kind: 'notify',
  input: { run: 'run:1', step, to: 'team', message: step },
});
const emitted: RowMessage = {
  limitMs: 30_000,
  kind: 'emit',
  input: {
    ...{ project: 'default', run: 'run:1', step: 'event', repository: 'acme/shop', commit: 'c', depth: 0 },
    ...{ type: 'shop.told', subject: 'shop', data: {}, time: '2026-01-01T00:00:00.000Z' },
  },
};

/** Sends them by activities that refuse the step `refused`, and returns what came of it with the steps that were tried. */
async function sending(
  messages: RowMessage[],
  meanwhile: (environment: MockActivityEnvironment) => void = () => undefined,
) {
  const tried: string[] = [];
  const environment = new MockActivityEnvironment();
  const send = ({ step }: { step: string }) => {
    tried.push(step);
    meanwhile(environment);
    if (step === 'endless') return new Promise<never>(() => undefined);
    return step === 'refused' ? Promise.reject(new Error('no')) : Promise.resolve({ output: `of ${step}` });
  };
  const activity = createSendMessages({ notify: send, emitEvent: send });
  const sent = await environment.run<[RowMessage[]], { output: string }[], typeof activity>(
    activity,
    messages,
  );
  return { tried, sent: sent.map(({ output }) => output) };
}

test('messages are sent in their order, and none after the first that could not be', async () => {
  expect(await sending([told('a'), emitted])).toEqual({ tried: ['a', 'event'], sent: ['of a', 'of event'] });
  expect(await sending([told('a'), emitted, told('refused'), told('b')])).toEqual({
    tried: ['a', 'event', 'refused'],
    sent: ['of a', 'of event'],
  });
});

test('one that takes longer than its own limit ends the row, and what was sent before it counts', async () => {
  expect(await sending([told('a'), told('endless', 20), told('b')])).toEqual({
    tried: ['a', 'endless'],
    sent: ['of a'],
  });
});

test('none is begun once the row was given up', async () => {
  const giveUp = (environment: MockActivityEnvironment) => {
    environment.cancel('TIMED_OUT');
  };
  expect((await sending([told('a'), told('b')], giveUp)).tried).toEqual(['a']);
});

test('none is begun once the row has taken a second', async () => {
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  const later = () => void clock.mockReturnValue(1_001);
  expect(await sending([told('a'), told('b')], later)).toEqual({ tried: ['a'], sent: ['of a'] });
  clock.mockRestore();
});
