import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { initialStates, lanesOf, type StepStates } from '../src/domain/plan';
import type { CompensationView, RunInput, RunStatus, RunView, StepStatus, StepView } from '../src/domain/run';

const statusAttribute = defineSearchAttributeKey('SagalineStatus', SearchAttributeType.KEYWORD);

/** What a run shows of itself: the answer of its query, its search attribute and its details in the Web UI. */
export interface Board {
  view: () => RunView;
  states: () => StepStates;
  status: (status: RunStatus, reason?: string) => void;
  step: (id: string, status: StepStatus, detail?: string) => void;
  planned: (step: string) => void;
  compensation: (step: string, status: CompensationView['status'], detail?: string) => void;
}

const now = () => new Date().toISOString();
const closed = ['succeeded', 'failed', 'cancelled', 'skipped'];

/** Sets status and detail, and the times that belong to beginning and end. */
function mark<S extends string>(
  view: { status: S; startedAt: string | null; finishedAt: string | null; detail: string | null },
  status: S,
  detail?: string,
): void {
  view.status = status;
  view.detail = detail ?? view.detail;
  if (status === 'running') view.startedAt ??= now();
  if (closed.includes(status)) view.finishedAt = now();
}

export function createBoard(input: RunInput): Board {
  const { pipeline } = input;
  const lanes = lanesOf(pipeline);
  const pending = initialStates(pipeline);
  const steps = pipeline.steps.map(({ id, uses }): StepView => {
    return { id, uses, status: pending[id] ?? 'pending', startedAt: null, finishedAt: null, detail: null };
  });
  const compensations: CompensationView[] = [];
  let status: RunStatus = 'running';
  let reason: string | null = null;

  const view = (): RunView => ({
    id: workflowInfo().workflowId,
    pipeline: pipeline.name,
    repository: input.repository,
    service: lanes[0]?.service ?? null,
    environment: lanes[0]?.environment ?? null,
    commit: input.commit,
    eventId: input.eventId,
    status,
    reason,
    steps,
    compensations,
  });
  const show = () => {
    setCurrentDetails(details(view()));
  };
  show();
  return {
    view,
    states: () => Object.fromEntries(steps.map((step) => [step.id, step.status])),
    status(next, why) {
      reason = why ?? null;
      if (status !== next) upsertSearchAttributes([{ key: statusAttribute, value: next }]);
      status = next;
      show();
    },
    step(id, next, detail) {
      const step = steps.find((candidate) => candidate.id === id);
      if (step) mark(step, next, detail);
      show();
    },
    planned(step) {
      compensations.unshift({ step, status: 'pending', startedAt: null, finishedAt: null, detail: null });
    },
    compensation(step, next, detail) {
      const found = compensations.find((candidate) => candidate.step === step);
      if (found) mark(found, next, detail);
      show();
    },
  };
}

/** Markdown for the Web UI: it shall read like a release log. */
function details({ status, reason, commit, steps, compensations }: RunView): string {
  const line = (name: string, state: string, detail: string | null) =>
    `- ${name}: ${state}${detail ? ` (${plain(detail)})` : ''}`;
  return [
    `**${status}** ${commit.slice(0, 12)}${reason ? `: ${plain(reason)}` : ''}`,
    ...steps.map((step) => line(step.id, step.status, step.detail)),
    ...compensations
      .filter((undo) => undo.status !== 'pending')
      .map((undo) => line(`undo ${undo.step}`, undo.status, undo.detail)),
  ].join('\n');
}

/** Text from outside must not become markup. */
const plain = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/[[\]<>`*_|]/g, '\\$&')
    .slice(0, 500);
