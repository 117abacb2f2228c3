import { defaultPayloadConverter } from '@temporalio/common';
import { canaryIn } from '../../../scripts/demo/canary-history';

/** Scheduled, started and completed at these times in ms, as Temporal writes them. */
function activity(id: number, name: string, startedAt: number, completedAt: number, input: unknown = {}) {
  const at = (ms: number) => ({ seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 });
  const scheduled = {
    activityType: { name },
    input: { payloads: [defaultPayloadConverter.toPayload(input)] },
  };
  return [
    { eventId: id, eventTime: at(startedAt - 1), activityTaskScheduledEventAttributes: scheduled },
    {
      eventId: id + 1,
      eventTime: at(startedAt),
      activityTaskStartedEventAttributes: { scheduledEventId: id },
    },
    {
      eventId: id + 2,
      eventTime: at(completedAt),
      activityTaskCompletedEventAttributes: { scheduledEventId: id },
    },
  ];
}

const history = (...events: ReturnType<typeof activity>[]) =>
  ({ events: events.flat() }) as unknown as Parameters<typeof canaryIn>[0];
const [old, next] = [{ instance: 'r-1.1' }, { instance: 'r-2.2' }];
const shift = (weight: number) => ({ traffic: { weight, stable: old, candidate: next } });
const only = (stable: typeof old) => ({ traffic: { weight: 0, stable, candidate: null } });

test('a rollback counts from the start of the failing measurement to the end of the shift back', () => {
  const seen = history(
    activity(1, 'deployCandidate', 100, 900),
    activity(4, 'shiftTraffic', 910, 920, shift(10)),
    activity(7, 'measure', 1920, 1930),
    activity(10, 'shiftTraffic', 1940, 1970, only(old)),
  );
  expect(canaryIn(seen)).toEqual({ weights: [10], rollback: { candidacy: { from: 910, to: 1970 }, ms: 50 } });
});

test('every weight is listed, and a promotion is no rollback', () => {
  const seen = history(
    activity(1, 'shiftTraffic', 1, 2, shift(10)),
    activity(4, 'measure', 3, 4),
    activity(7, 'shiftTraffic', 5, 6, shift(50)),
    activity(10, 'measure', 7, 8),
    activity(13, 'shiftTraffic', 9, 10, only(next)),
  );
  expect(canaryIn(seen)).toEqual({ weights: [10, 50], rollback: undefined });
});
