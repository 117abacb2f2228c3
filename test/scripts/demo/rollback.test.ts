import { rollbackIn } from '../../../scripts/demo/rollback';

/** Scheduled, started and completed at these times in ms, as Temporal writes them. */
function activity(id: number, name: string, startedAt: number, completedAt: number) {
  const at = (ms: number) => ({ seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 });
  const scheduledEventId = id;
  return [
    {
      eventId: id,
      eventTime: at(startedAt - 1),
      activityTaskScheduledEventAttributes: { activityType: { name } },
    },
    { eventId: id + 1, eventTime: at(startedAt), activityTaskStartedEventAttributes: { scheduledEventId } },
    {
      eventId: id + 2,
      eventTime: at(completedAt),
      activityTaskCompletedEventAttributes: { scheduledEventId },
    },
  ];
}
const history = (...events: ReturnType<typeof activity>[]) =>
  ({ events: events.flat() }) as unknown as Parameters<typeof rollbackIn>[0];

test('counts from the start of the last measurement to the end of the shift after it', () => {
  const seen = history(
    activity(1, 'deployCandidate', 100, 900),
    activity(4, 'shiftTraffic', 910, 920),
    activity(7, 'measure', 1920, 1930),
    activity(10, 'shiftTraffic', 1940, 1970),
  );
  expect(rollbackIn(seen)).toEqual({ candidacy: { from: 910, to: 1970 }, ms: 50 });
});

test('a canary that shifted nothing back has no such time', () => {
  expect(rollbackIn(history(activity(1, 'measure', 1, 2)))).toBeUndefined();
  expect(rollbackIn(history(activity(1, 'shiftTraffic', 1, 2)))).toBeUndefined();
  const promoted = history(activity(1, 'shiftTraffic', 1, 2), activity(4, 'measure', 3, 4));
  expect(rollbackIn(promoted)).toBeUndefined();
});
