import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { taskQueue } from './domain/messages';
import { lanesOf } from './domain/plan';
import type { RunInput } from './domain/run';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** Options with which Temporal starts the workflow `run` under that id, at most once while the namespace retains it. */
export function runStart(workflowId: string, input: RunInput) {
  const { repository, commit, eventId, pipeline } = input;
  return {
    workflowId,
    taskQueue,
    args: [input] as [RunInput],
    // The inbox forgets old keys; this refuses a second run for as long as the namespace retains the first.
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    typedSearchAttributes: searchAttributesOf(input),
    staticSummary: `${pipeline.name} ${repository} ${commit.slice(0, 12)}`,
    // A search attribute holds 255 characters, and an event's id can be longer.
    memo: { eventId },
  };
}

function searchAttributesOf({
  project,
  repository,
  commit,
  eventId,
  pipeline,
}: RunInput): TypedSearchAttributes {
  const lanes = lanesOf(pipeline);
  const pairs: [string, string | undefined][] = [
    ['SagalineProject', project],
    ['SagalineRepository', repository],
    ['SagalinePipeline', pipeline.name],
    ['SagalineService', lanes[0]?.service],
    ['SagalineEnvironment', lanes[0]?.environment],
    ['SagalineCommit', commit],
    ['SagalineEventId', eventId.slice(0, 255)],
    ['SagalineStatus', 'running'],
  ];
  return new TypedSearchAttributes(
    pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ key: keyword(name), value }])),
  );
}
