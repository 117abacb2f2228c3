import { closest } from './closest';
import { SagalineError } from './errors';
import { compileExpression, type CompiledExpression, expressionsIn, isKnownFunction } from './expression';
import type { Pipeline, Step } from './pipeline';
import { transitiveNeeds } from './plan';
import type { Problem } from './problem';

/** What an expression may name at its place in a pipeline. */
interface Scope {
  variables: string[];
  functions: string[];
  /** Steps whose results exist when the expression is evaluated. */
  steps: string[];
}

const eventOnly: Scope = { variables: ['event'], functions: [], steps: [] };

/** Problems of every CEL expression of a pipeline: syntax, limits, unknown names, and steps without a result at that point. */
export function expressionProblems(pipeline: Pipeline): Problem[] {
  const problems: Problem[] = [];
  const check = (path: Problem['path'], scope: Scope, read: () => string[]): void => {
    try {
      for (const text of read()) {
        const expression = compileExpression(text);
        problems.push(...namingProblems(pipeline, expression, scope).map((message) => ({ path, message })));
      }
    } catch (error) {
      if (!(error instanceof SagalineError)) throw error;
      problems.push({ path, message: error.detail });
    }
  };
  pipeline.on.forEach(({ when }, at) => {
    if (when !== undefined) check(['on', at, 'when'], eventOnly, () => [when]);
  });
  const { concurrency } = pipeline;
  if (concurrency) check(['concurrency', 'group'], eventOnly, () => expressionsIn(concurrency.group));
  pipeline.steps.forEach((step, at) => {
    for (const { path, template, functions } of templatesOf(step)) {
      const steps = [step.id, ...transitiveNeeds(pipeline, step.id)];
      check(['steps', at, ...path], { variables: ['event', 'steps'], functions, steps }, () =>
        expressionsIn(template),
      );
    }
  });
  return problems;
}

interface Template {
  path: Problem['path'];
  template: string;
  functions: string[];
}

function templatesOf(step: Step): Template[] {
  const env = (path: string[], values: Record<string, string>): Template[] =>
    Object.entries(values).map(([name, template]) => ({ path: [...path, name], template, functions: [] }));
  switch (step.uses) {
    case 'scan':
      return [];
    case 'canary':
      return env(['with', 'env'], step.with.env);
    case 'shell':
      return [
        ...env(['env'], step.env),
        ...(step.cache
          ? [{ path: ['cache', 'key'], template: step.cache.key, functions: ['hashFiles'] }]
          : []),
        ...env(['compensate', 'env'], step.compensate?.uses === 'shell' ? step.compensate.env : {}),
      ];
    default:
      return [];
  }
}

function namingProblems(pipeline: Pipeline, { text, facts }: CompiledExpression, scope: Scope): string[] {
  const variables = [...facts.variables].filter((name) => !scope.variables.includes(name));
  const functions = [...facts.functions].filter(
    (name) => !isKnownFunction(name) && !scope.functions.includes(name),
  );
  return [
    ...variables.map((name) => `\`${text}\`: unknown name ${name}, known are ${scope.variables.join(', ')}`),
    ...functions.map((name) => `\`${text}\`: there is no function ${name} here`),
    ...facts.steps
      .flatMap(({ id, field }) => stepProblem(pipeline, id, field, scope.steps))
      .map((why) => `\`${text}\`: ${why}`),
  ];
}

function stepProblem(pipeline: Pipeline, id: string, field: string | null, reachable: string[]): string[] {
  const step = pipeline.steps.find((other) => other.id === id);
  if (!step) {
    const meant = closest(
      id,
      pipeline.steps.map((other) => other.id),
    );
    return [`there is no step named ${id}${meant === undefined ? '' : `, did you mean ${meant}?`}`];
  }
  if (!reachable.includes(id)) return [`this step does not need ${id}, which may not have run yet`];
  if (field === 'before' && (step.uses !== 'shell' || step.before === undefined))
    return [`step ${id} has no \`before\``];
  return [];
}
