import { SagalineError } from '../../domain/errors';
import { sha256Hex } from '../../domain/identity';

/** Longest part of a name that every file system and object store takes, with room for what is added to it. */
const longestStep = 120;

/** `<hash of the run>/<step>`, never made of raw input; throws Malformed for what is no step of a plan. */
export function logName(run: string, step: string): string {
  // Steps of child pipelines and matrices have dots, and as many parts as they are deep.
  if (!/^[a-z][a-z0-9._-]*$/.test(step)) throw new SagalineError('Malformed', 'not the id of a step');
  const name =
    step.length <= longestStep ? step : `${step.slice(0, longestStep - 17)}.${sha256Hex(step).slice(0, 16)}`;
  return `${sha256Hex(run).slice(0, 32)}/${name}`;
}
