import { hint } from './expression-types';
import { kindOf } from './expression-event';
import { eventKinds } from './event';
import { milliseconds } from './duration';
import { maxPlannedSteps, type PlannedStep } from './expand';
import { matrixInstances } from './matrix';
import type { CanaryStep, Pipeline, Step } from './pipeline';
import { type Doubts, noDoubts } from './pipeline-draft';
import { transitiveNeeds } from './plan';
import { needErrors } from './plan-needs';
import type { Problem } from './problem';

/** Everything wrong with the steps taken together that no schema can see; empty when the pipeline can be planned. */
export function planErrors(pipeline: Pipeline, doubts: Doubts = noDoubts): Problem[] {
  const sound = pipeline.steps.filter(({ id }) => !doubts.steps.has(id));
  return [
    ...needErrors(pipeline),
    ...pipeline.steps.flatMap((step, at) =>
      (doubts.steps.has(step.id) ? [] : stepErrors(pipeline, step, doubts)).map((problem) => ({
        ...problem,
        path: ['steps', at, ...problem.path],
      })),
    ),
    ...unorderedCanaries(pipeline, sound),
    ...(doubts.head ? [] : inputErrors(pipeline)),
    ...tooManySteps(pipeline),
  ];
}

function stepErrors(pipeline: Pipeline, step: Step, { steps: doubtful }: Doubts): Problem[] {
  return [
    ...(step.uses === 'canary' ? canaryErrors(pipeline, step, doubtful) : []),
    ...compensateErrors(step),
    ...secretErrors(step),
    ...retryErrors(step),
    ...waitErrors(step),
  ];
}

function canaryErrors(pipeline: Pipeline, step: CanaryStep, doubtful: ReadonlySet<string>): Problem[] {
  const { weights, checks } = step.with;
  const problems = artifactErrors(pipeline, step, doubtful);
  if (weights.length === 0 && checks.length > 0) {
    problems.push({
      path: ['with', 'weights'],
      message: 'checks need at least one weight to be measured at',
    });
  }
  const names = checks.map((check) => check.name);
  names.forEach((name, position) => {
    if (names.indexOf(name) === position) return;
    problems.push({ path: ['with', 'checks', position, 'name'], message: `${name} is named twice` });
  });
  return problems;
}

/** Without an artifact, a canary releases what is live with another configuration. */
function artifactErrors(pipeline: Pipeline, step: CanaryStep, doubtful: ReadonlySet<string>): Problem[] {
  const { artifact } = step.with;
  if (artifact === undefined) return [];
  const wrong = (message: string): Problem[] => [{ path: ['with', 'artifact'], message }];
  const source = pipeline.steps.find((other) => other.id === artifact);
  if (!source) {
    const makers = pipeline.steps.filter((other) => other.uses === 'shell').map(({ id }) => id);
    return wrong(`there is no step named ${artifact}${hint(artifact, makers)}`);
  }
  if (!doubtful.has(artifact)) {
    if (source.uses !== 'shell') return wrong(`step ${artifact} makes no artifacts: only shell steps do`);
    if (source.artifacts.length === 0) {
      return wrong(`step ${artifact} makes no artifacts: give it an \`artifacts\` list`);
    }
    if (source.matrix)
      return wrong(`step ${artifact} has a matrix: one release cannot have the artifacts of several steps`);
  }
  if (transitiveNeeds(pipeline, step.id).has(artifact)) return [];
  return wrong(`step ${step.id} must need ${artifact}, directly or through another step`);
}

function unorderedCanaries({ steps }: Pipeline, sound: Step[]): Problem[] {
  const at = new Map(steps.map(({ id }, position) => [id, position]));
  return laneConflicts(steps, sound).map(({ later, earlier, lane }) => ({
    path: ['steps', at.get(later) ?? 0, 'with', 'service'],
    message: `${earlier} releases ${lane} too: one of both must need the other`,
  }));
}

/**
 * Canaries of one lane of which none needs the other, each with the first of those above it. The second release of a lane
 * replaces the first, so it must be said which one is the second.
 */
export function laneConflicts(
  steps: readonly (Step | PlannedStep)[],
  asked = steps,
): { later: string; earlier: string; lane: string }[] {
  const canaries = asked.flatMap((step) =>
    step.uses === 'canary'
      ? [
          {
            id: step.id,
            lane: `${step.with.service} in ${step.with.environment}`,
            needs: transitiveNeeds({ steps }, step.id),
          },
        ]
      : [],
  );
  return canaries.flatMap(({ id, lane, needs }, position) => {
    const conflict = canaries
      .slice(0, position)
      .find(
        (other) => other.lane === lane && other.id !== id && !needs.has(other.id) && !other.needs.has(id),
      );
    return conflict ? [{ later: id, earlier: conflict.id, lane }] : [];
  });
}

/** Only a step that may deploy or migrate has something to undo; a step without effect outside its checkout has not. */
function compensateErrors(step: Step): Problem[] {
  if (step.uses !== 'shell' || step.before === undefined || step.compensate !== undefined) return [];
  return [{ path: ['before'], message: '`before` is recorded for `compensate`: add one, or remove this' }];
}

function secretErrors(step: Step): Problem[] {
  if (!('secrets' in step)) return [];
  const twice = step.secrets.flatMap((name, position): Problem[] =>
    step.secrets.indexOf(name) < position
      ? [{ path: ['secrets', position], message: `${name} is named twice` }]
      : [],
  );
  if (step.secrets.length === 0 || step.environment !== undefined) return twice;
  const message = 'secrets belong to an environment: say which one in `environment`';
  return [...twice, { path: ['secrets'], message }];
}

function retryErrors(step: Step): Problem[] {
  const retry = 'retry' in step ? step.retry : undefined;
  if (!retry) return [];
  const { backoff, maxBackoff } = retry;
  if (maxBackoff === undefined || milliseconds(maxBackoff) >= milliseconds(backoff)) return [];
  return [{ path: ['retry', 'maxBackoff'], message: `is shorter than the backoff of ${backoff}` }];
}

function waitErrors(step: Step): Problem[] {
  if (step.uses !== 'wait' || step.with.event === undefined || kindOf(step.with.event).length > 0) return [];
  const message = `there is no event of kind ${step.with.event}${hint(step.with.event, eventKinds)}`;
  return [{ path: ['with', 'event'], message }];
}

/** Nobody is there to give an input to a run that an event starts. */
function inputErrors({ inputs = {}, on }: Pipeline): Problem[] {
  const other = on.find(({ event }) => event !== 'manual');
  if (!other) return [];
  return Object.entries(inputs).flatMap(([name, { default: fallback }]): Problem[] =>
    fallback === undefined
      ? [
          {
            path: ['inputs', name],
            atKey: true,
            message: `needs a default, because ${other.event} events give no inputs`,
          },
        ]
      : [],
  );
}

function tooManySteps({ steps }: Pipeline): Problem[] {
  const count = steps.reduce((sum, step) => sum + Math.max(matrixInstances(step).length, 1), 0);
  if (count <= maxPlannedSteps) return [];
  const message = `make ${String(count)} steps with their matrices, at most ${String(maxPlannedSteps)} are allowed`;
  return [{ path: ['steps'], message }];
}
