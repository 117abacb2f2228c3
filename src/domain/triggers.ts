import type { SagalineEvent } from './event';
import { scheduleSource } from './own-sources';
import { evaluateCondition } from './expression';
import type { Pipeline, Trigger } from './pipeline';

/** Whether an event starts a pipeline, and why. */
export interface Match {
  matched: boolean;
  /** For people. */
  reason: string;
}

/** The one pipeline that an event is for; undefined for an event that every pipeline may listen to. */
export function namedPipeline({ kind, data }: SagalineEvent): string | undefined {
  if (kind !== 'manual' && kind !== 'schedule') return undefined;
  return typeof data['pipeline'] === 'string' ? data['pipeline'] : undefined;
}

/** Whether one of the triggers listens to the event and its condition holds; the first that does is the reason. */
export function triggered({ on }: Pick<Pipeline, 'on'>, event: SagalineEvent): Match {
  const listening = on.filter((trigger) => trigger.event === event.kind);
  if (listening.length === 0) return { matched: false, reason: `does not listen to ${event.kind}` };
  const answers = listening
    .filter((trigger) => fires(trigger, event))
    .map(({ when }) =>
      when === undefined
        ? { matched: true, reason: `listens to ${event.kind}` }
        : evaluateCondition(when, { event }),
    );
  return (
    answers.find(({ matched }) => matched) ?? answers[0] ?? { matched: false, reason: noSchedule(event) }
  );
}

/** A cron listens to its own firings and to nothing else; a `schedule` without one listens to those of others. */
function fires(trigger: Trigger, { source, data }: SagalineEvent): boolean {
  if (trigger.event !== 'schedule' || !('zone' in trigger)) return true;
  if (source !== scheduleSource) return trigger.cron === undefined;
  return trigger.cron === data['cron'] && trigger.zone === data['zone'];
}

function noSchedule({ source, data }: SagalineEvent): string {
  if (source !== scheduleSource) return 'listens to schedules of its own only';
  const [cron, zone] = [data['cron'], data['zone']];
  return `has no schedule ${typeof cron === 'string' ? cron : ''} in ${typeof zone === 'string' ? zone : ''} any more`;
}
