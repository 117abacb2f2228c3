import type { EventData, EventKind } from './event';

type Rules = { [K in EventKind]: (data: EventData<K>) => string };

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** `owner/name:ref`, so that every branch and tag has an order of its own. */
const atRef = ({ repository, ref }: { repository: string; ref: string }) => `${repository}:${ref}`;

const rules: Rules = {
  push: atRef,
  tag: atRef,
  manual: atRef,
  pull_request: ({ repository, number }) => `${repository}:pull/${String(number)}`,
  image: ({ repository }) => repository,
  infrastructure: ({ repository, stack, ref }) => [repository ?? stack, ref].filter(Boolean).join(':'),
  alert: ({ service, environment, name }) => (service && environment ? `${service}:${environment}` : name),
  finding: ({ artifact, repository, tool }) => artifact ?? repository ?? tool,
  // Not the single CI run: each subject costs an inbox, and a repository has endless CI runs.
  ci_run: ({ repository, system }) => (repository ? `${repository}:ci/${system}` : system),
  deployment: ({ service, environment }) => `${service}:${environment}`,
  schedule: ({ repository, pipeline }) => `${repository}:schedule/${pipeline}`,
  custom: (data) => text(data['repository']) ?? 'custom',
};

/** What an event is about: the unit of order, and the last part of its inbox's id. Never empty for valid data. */
export function subjectOf<K extends EventKind>(kind: K, data: EventData<K>): string {
  return rules[kind](data);
}

/** Subject of every dead letter of a source. */
export const deadLetterSubject = 'dead-letter';
