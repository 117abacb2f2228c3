import type { Step, Undo } from './pipeline';
import type { Problem } from './problem';

/** Where a step holds an expression: the text of a condition, or a text with `${...}` in it. */
export interface Place {
  path: Problem['path'];
  text: string;
  is: 'condition' | 'template';
  /** The function of the host that can be called there. */
  calls?: 'hashFiles' | 'secret';
  /** What undoes a step may read the step's own results. */
  undoes?: true;
}

type Path = (string | number)[];

const template = (path: Path, text: string | undefined, more: Partial<Place> = {}): Place[] =>
  text === undefined ? [] : [{ path, text, is: 'template', ...more }];

const templates = (
  path: Path,
  values: Readonly<Record<string, string>>,
  more: Partial<Place> = {},
): Place[] => Object.entries(values).flatMap(([name, text]) => template([...path, name], text, more));

/** Every text inside of a JSON value. */
function texts(path: Path, value: unknown, more: Partial<Place> = {}): Place[] {
  if (typeof value === 'string') return template(path, value, more);
  if (Array.isArray(value)) return value.flatMap((inner, at) => texts([...path, at], inner, more));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => texts([...path, name], inner, more));
}

type HttpCall = Extract<Undo, { uses: 'http' }>['with'];

function httpPlaces(path: Path, { url, headers, body }: HttpCall, more: Partial<Place> = {}): Place[] {
  const secretly = { ...more, calls: 'secret' as const };
  return [
    ...template([...path, 'url'], url, secretly),
    ...templates([...path, 'headers'], headers, secretly),
    ...template([...path, 'body'], body, secretly),
  ];
}

function undoPlaces(undo: Undo | undefined): Place[] {
  const undoes = { undoes: true } as const;
  switch (undo?.uses) {
    case 'shell':
      return templates(['compensate', 'env'], undo.env, undoes);
    case 'http':
      return httpPlaces(['compensate', 'with'], undo.with, undoes);
    case 'custom':
      return texts(['compensate', 'with'], undo.with, undoes);
    default:
      return [];
  }
}

/** Every place of a step that holds an expression over `event`, `inputs`, `run`, `steps` and `matrix`. */
export function placesOf(step: Step): Place[] {
  const when: Place[] = step.when === undefined ? [] : [{ path: ['when'], text: step.when, is: 'condition' }];
  const undo = 'compensate' in step ? undoPlaces(step.compensate) : [];
  return [...when, ...ownPlaces(step), ...undo];
}

function ownPlaces(step: Step): Place[] {
  switch (step.uses) {
    case 'shell':
      return [
        ...templates(['env'], step.env),
        ...template(['cache', 'key'], step.cache?.key, { calls: 'hashFiles' }),
      ];
    case 'canary':
      return templates(['with', 'env'], step.with.env);
    case 'approval':
      return template(['with', 'message'], step.with.message);
    case 'wait':
      return template(['with', 'until'], step.with.until);
    case 'http':
      return httpPlaces(['with'], step.with);
    case 'emit':
      return [
        ...template(['with', 'subject'], step.with.subject),
        ...texts(['with', 'data'], step.with.data),
      ];
    case 'notify':
      return template(['with', 'message'], step.with.message);
    case 'pipeline':
      return texts(['with', 'inputs'], step.with.inputs);
    case 'custom':
      return texts(['with'], step.with);
    case 'scan':
      return [];
  }
}

/** Texts of a step that are taken as they are written, where an expression would be a slip. */
export function plainTextsOf(step: Step): { path: Path; text: string }[] {
  const list = (path: Path, values: readonly string[]) =>
    values.map((text, at) => ({ path: [...path, at], text }));
  switch (step.uses) {
    case 'canary':
      return (['service', 'environment', 'start', 'ready'] as const).map((field) => ({
        path: ['with', field],
        text: step.with[field],
      }));
    case 'shell':
      return [...list(['artifacts'], step.artifacts), ...list(['cache', 'paths'], step.cache?.paths ?? [])];
    case 'approval':
      return list(['with', 'teams'], step.with.teams);
    default:
      return [];
  }
}
