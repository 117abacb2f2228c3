import { SagalineError } from './errors';
import { compileExpression, expressionsIn } from './expression';
import { checkExpression, type Names } from './expression-check';
import { eventType, kindOf } from './expression-event';
import type { HostFunctions } from './expression-functions';
import { inputsType, matrixType, runType, stepsType, type Surroundings } from './expression-names';
import { type Place, placesOf, plainTextsOf } from './expression-places';
import { describe, dyn, type Type } from './expression-types';
import type { Step } from './pipeline';
import { kindsOf } from './pipeline-family';
import type { Problem } from './problem';

const noFunctions: HostFunctions = {};
const hosts: Record<NonNullable<Place['calls']>, HostFunctions> = {
  hashFiles: { hashFiles: () => '' },
  secret: { secret: () => '' },
};

/** What `event`, `inputs` and `run` are for the whole pipeline. */
interface Common {
  event: Type;
  inputs: Type;
}

/** Problems of every CEL expression of a pipeline: syntax, limits, unknown names, fields and functions, and wrong types. */
export function expressionProblems(around: Surroundings): Problem[] {
  const { pipeline } = around;
  const within: Surroundings = { ...around, results: new Map() };
  const common: Common = {
    event: eventType(around.doubts.head ? [] : kindsOf(pipeline, around.family?.siblings)),
    inputs: around.doubts.head ? dyn : inputsType(pipeline.inputs),
  };
  const { concurrency } = pipeline;
  const whole = {
    variables: namesOf({ event: common.event, inputs: common.inputs, run: runType }),
    functions: noFunctions,
  };
  return [
    ...pipeline.on.flatMap(({ event, when }, at) =>
      when === undefined
        ? []
        : conditionProblems(['on', at, 'when'], when, {
            variables: namesOf({ event: eventType([event]) }),
            functions: noFunctions,
          }),
    ),
    ...(concurrency ? templateProblems(['concurrency', 'group'], concurrency.group, whole) : []),
    ...pipeline.steps.flatMap((step, at) =>
      stepProblems(within, step, common).map((problem) => ({
        ...problem,
        path: ['steps', at, ...problem.path],
      })),
    ),
  ];
}

const namesOf = (types: Record<string, Type | undefined>): ReadonlyMap<string, Type> =>
  new Map(Object.entries(types).filter((entry): entry is [string, Type] => entry[1] !== undefined));

function stepProblems(around: Surroundings, step: Step, common: Common): Problem[] {
  const isDoubtful = around.doubts.steps.has(step.id);
  const problems = placesOf(step)
    // Most texts hold no expression, and knowing all steps that one may read costs more than reading them.
    .filter(({ is, text }) => is === 'condition' || text.includes('${'))
    .flatMap((place) => {
      const secrets = isDoubtful || !('secrets' in step) ? undefined : step.secrets;
      const names: Names = {
        variables: namesOf({
          ...common,
          matrix: matrixType(step) ?? (isDoubtful ? dyn : undefined),
          run: runType,
          steps: stepsType(around, step, place.undoes === true),
        }),
        functions: place.calls ? hosts[place.calls] : noFunctions,
        secrets,
      };
      const check = place.is === 'condition' ? conditionProblems : templateProblems;
      return check(place.path, place.text, names);
    });
  return [...problems, ...waitProblems(step, common), ...plainTextsOf(step).flatMap(plainTextProblems)];
}

/** The condition of a wait is asked of the event that is awaited, when the steps of the run are long done. */
function waitProblems(step: Step, { inputs }: Common): Problem[] {
  if (step.uses !== 'wait' || step.with.when === undefined) return [];
  const event = eventType(kindOf(step.with.event ?? ''));
  const names = { variables: namesOf({ event, inputs, run: runType }), functions: noFunctions };
  return conditionProblems(['with', 'when'], step.with.when, names);
}

function plainTextProblems({ path, text }: { path: Problem['path']; text: string }): Problem[] {
  const slip = /\$\{\s*(?:event|steps|inputs|matrix|run|secret)\b/.test(text);
  return slip ? [{ path, message: '`${...}` expressions are not read here: the text must be fixed' }] : [];
}

function conditionProblems(path: Problem['path'], text: string, names: Names): Problem[] {
  return expressionFaults(
    text,
    names,
    ({ kind }) => kind === 'bool',
    'but a condition must be true or false',
  ).map((message) => ({ path, message }));
}

const textKinds = ['string', 'int', 'uint', 'double', 'bool'];

function templateProblems(path: Problem['path'], template: string, names: Names): Problem[] {
  const wanted = 'but a text, a number or true/false is needed';
  return readable(
    () => expressionsIn(template),
    (texts) =>
      texts.flatMap((text) => expressionFaults(text, names, ({ kind }) => textKinds.includes(kind), wanted)),
  ).map((message) => ({ path, message }));
}

function expressionFaults(
  text: string,
  names: Names,
  isWanted: (type: Type) => boolean,
  wanted: string,
): string[] {
  return readable(
    () => compileExpression(text),
    ({ parsed }) => {
      const { type, faults } = checkExpression(parsed, names);
      if (faults.length === 0 && type.kind !== 'dyn' && type.kind !== 'never' && !isWanted(type)) {
        faults.push(`is ${describe(type)}, ${wanted}`);
      }
      const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
      return faults.map((fault) => `\`${shown}\`: ${fault}`);
    },
  );
}

/** What `check` says of what was read, or why it cannot be read. */
function readable<T>(read: () => T, check: (value: T) => string[]): string[] {
  try {
    return check(read());
  } catch (error) {
    if (error instanceof SagalineError) return [error.detail];
    throw error;
  }
}
