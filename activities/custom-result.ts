import { SagalineError } from '../src/domain/errors';
import type { SagalineEvent } from '../src/domain/event';
import { redacted } from '../src/domain/redacted';
import { withoutMarks } from './marks';

type Json = SagalineEvent['data'][string];

export interface CustomResult {
  /** For later steps: the result itself where it is a text, and otherwise its JSON. */
  output: string;
  /** For the step's undo. */
  result: Json;
}

/** Bytes of JSON that a step may return, since every run's history holds it. */
const maxResultBytes = 16 * 1024;
/** Characters of output that later steps may use. */
const maxOutput = 4096;

/** What a step returned, without secrets; throws StepFailed when it is no JSON or too large. */
export function resultOf(returned: unknown, secrets: string[]): CustomResult {
  const result = cleaned(parsed(returned), (text) => withoutMarks(redacted(text, secrets)));
  const json = JSON.stringify(result);
  if (Buffer.byteLength(json) > maxResultBytes)
    throw new SagalineError(
      'StepFailed',
      `returned over ${String(maxResultBytes)} bytes: write files instead`,
    );
  const output = typeof result === 'string' ? result : result === null ? '' : json;
  return { output: output.slice(0, maxOutput), result };
}

function parsed(returned: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(returned ?? null)) as Json;
  } catch {
    // A function has no JSON; a circle, a bigint and a failing toJSON throw.
    throw new SagalineError('StepFailed', 'returned something that is not JSON');
  }
}

function cleaned(value: Json, clean: (text: string) => string): Json {
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'number') return clean(String(value)) === String(value) ? value : clean(String(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => cleaned(inner, clean));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), cleaned(inner, clean)]));
}
