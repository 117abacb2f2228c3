import type { SagalineEvent } from './event';
import { scheduleSource } from './own-sources';
import { explainCondition } from './expression-why';
import type { Pipeline, Trigger } from './pipeline';
import { type ChangedPaths, filterAnswers } from './trigger-filters';

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

/** Longest reason in characters: it is kept for every event and pipeline. */
const maxReason = 600;

/**
 * Whether one of the triggers listens to the event and all that it asks for holds: the first one is the reason, and where there is
 * none, what each of them says no for.
 */
export function triggered({ on }: Pick<Pipeline, 'on'>, event: SagalineEvent, changed: ChangedPaths): Match {
  const listening = on.filter((trigger) => trigger.event === event.kind);
  if (listening.length === 0) return { matched: false, reason: `does not listen to ${event.kind}` };
  const answers: Match[] = [];
  for (const trigger of listening) {
    if (!fires(trigger, event)) continue;
    const answer = answerOf(trigger, event, changed);
    if (answer.matched) return answer;
    answers.push(answer);
  }
  if (answers.length === 0) return { matched: false, reason: noSchedule(event) };
  return { matched: false, reason: cut(answers.map(({ reason }) => reason).join('; or ')) };
}

/** The cheap questions come first, and the first no ends them. */
function answerOf(trigger: Trigger, event: SagalineEvent, changed: ChangedPaths): Match {
  const answers = filterAnswers(trigger, event, changed);
  const no = answers.find(({ matched }) => !matched);
  if (no) return no;
  if (trigger.when !== undefined) {
    const answer = explainCondition(trigger.when, { event });
    if (!answer.matched) return answer;
    answers.push(answer);
  }
  if (answers.length === 0) return { matched: true, reason: `listens to ${event.kind}` };
  return { matched: true, reason: cut(answers.map(({ reason }) => reason).join('; ')) };
}

const cut = (reason: string): string =>
  reason.length > maxReason ? `${reason.slice(0, maxReason - 1)}…` : reason;

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
