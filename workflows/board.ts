import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { PlannedStep } from '../src/domain/expand';
import { lanesOf, type StepStates } from '../src/domain/plan';
import type {
  CompensationView,
  RunInput,
  RunStatus,
  RunView,
  StepRelease,
  StepStatus,
  StepView,
} from '../src/domain/run';

const statusAttribute = defineSearchAttributeKey('SagalineStatus', SearchAttributeType.KEYWORD);

/** What a run shows of itself: the answer of its query, its search attribute and its details in the Web UI. */
export interface Board {
  view: () => RunView;
  states: () => StepStates;
  status: (status: RunStatus, reason?: string) => void;
  step: (id: string, status: StepStatus, detail?: string) => void;
  /** The step waits for somebody or something, and with it the run. */
  waits: (id: string, detail: string) => void;
  /** A wait is over: that of the step, or one of the run itself. */
  goesOn: (id?: string) => void;
  /** What a step has begun to release. */
  releases: (id: string, release: StepRelease) => void;
  /** Somebody has decided about a release before its checks did. */
  decided: (id: string, decision: NonNullable<StepRelease['decided']>) => void;
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
  const steps = pipeline.steps.map((step) => viewOf(step, input));
  const byId = new Map(steps.map((step) => [step.id, step]));
  const states = Object.fromEntries(steps.map((step) => [step.id, step.status]));
  const compensations: CompensationView[] = [];
  let status: RunStatus = 'running';
  let reason: string | null = null;

  const view = (): RunView => ({
    ...about(input),
    status,
    reason,
    steps,
    compensations,
  });
  const show = () => {
    setCurrentDetails(details(view()));
  };
  show();
  const board: Board = {
    view,
    states: () => states,
    status(next, why) {
      reason = why ?? null;
      if (status !== next) upsertSearchAttributes([{ key: statusAttribute, value: next }]);
      status = next;
      show();
    },
    step(id, next, detail) {
      const step = byId.get(id);
      if (step) {
        mark(step, next, detail);
        states[id] = next;
      }
      show();
    },
    waits(id, detail) {
      board.step(id, 'waiting', detail);
      board.status('waiting', detail);
    },
    goesOn(id) {
      if (id !== undefined) board.step(id, 'running');
      const stillWaiting = steps.find((step) => step.status === 'waiting');
      if (status === 'waiting')
        board.status(stillWaiting ? 'waiting' : 'running', stillWaiting?.detail ?? undefined);
    },
    releases(id, release) {
      const step = byId.get(id);
      if (step) step.release = release;
    },
    decided(id, decision) {
      const release = byId.get(id)?.release;
      if (release) release.decided ??= decision;
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
  return board;
}

/** What a run shows that never changes. */
function about({ pipeline, repository, commit, eventId }: RunInput) {
  const [lane] = lanesOf(pipeline);
  const { service = null, environment = null } = lane ?? {};
  const id = workflowInfo().workflowId;
  return { id, pipeline: pipeline.name, repository, service, environment, commit, eventId };
}

/** A step at the beginning; what a retry keeps has succeeded already. */
function viewOf(step: PlannedStep, { resume }: RunInput): StepView {
  const isKept = resume !== undefined && Object.hasOwn(resume.outputs, step.id);
  return {
    id: step.id,
    uses: step.uses === 'custom' ? step.action : step.uses,
    status: isKept ? 'succeeded' : 'pending',
    startedAt: null,
    finishedAt: null,
    detail: isKept ? `kept from ${resume.of}` : null,
  };
}

/** Steps shown one by one; of a longer run those that are at work or went wrong. */
const maxLines = 100;

/** Markdown for the Web UI: it shall read like a release log. */
function details({ status, reason, commit, steps, compensations }: RunView): string {
  const line = (name: string, state: string, detail: string | null) =>
    `- ${name}: ${state}${detail ? ` (${plain(detail)})` : ''}`;
  const isQuiet = ({ status: state }: StepView) => state === 'pending' || state === 'succeeded';
  const shown = steps.length <= maxLines ? steps : steps.filter((step) => !isQuiet(step)).slice(0, maxLines);
  const left = steps.length - shown.length;
  const done = steps.filter((step) => step.status === 'succeeded').length;
  return [
    `**${status}** ${commit.slice(0, 12)}${reason ? `: ${plain(reason)}` : ''}`,
    ...shown.map((step) => line(step.id, step.status, step.detail)),
    ...(left > 0 ? [`- ${done} of ${steps.length} steps are done`] : []),
    ...compensations
      .filter((undo) => undo.status !== 'pending')
      .slice(0, maxLines)
      .map((undo) => line(`undo ${undo.step}`, undo.status, undo.detail)),
  ].join('\n');
}

/** Text from outside must not become markup. */
const plain = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/[[\]<>`*_|]/g, '\\$&')
    .slice(0, 500);
