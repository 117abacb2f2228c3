import { descriptionNames, type JsonSchema, visitFields } from '../src/cli/described-schema';
import { pipelineJsonSchema } from '../src/cli/json-schemas';
import { pipelineDescriptions } from '../src/cli/pipeline-descriptions';

/** A field of the language as the tables of docs/pipelines.md show it. */
interface Field {
  /** Kinds of steps that have it; empty outside steps. */
  kinds: string[];
  type: string;
  /** The default, or `required`, by the kinds that have it. */
  otherwise: Map<string, string[]>;
}

const begin = /^<!-- fields: (\w+) -->$/;
const end = '<!-- end of fields -->';

/** The document with each of its tables made anew; a table stands between `<!-- fields: NAME -->` and its end. */
export function withFieldTables(document: string): string {
  const fields = fieldsByName();
  const lines: string[] = [];
  let isTable = false;
  for (const line of document.split('\n')) {
    if (line === end) isTable = false;
    if (!isTable) lines.push(line);
    const name = begin.exec(line)?.[1];
    if (name === undefined) continue;
    lines.push(...tableOf(name, fields));
    isTable = true;
  }
  return lines.join('\n');
}

/** Names of fields that no table of the document shows, and those without a description. */
export function missingFields(document: string): string[] {
  const shown = new Set(document.split('\n').flatMap((line) => begin.exec(line)?.[1] ?? []));
  return [...fieldsByName().keys()].filter(
    (name) => pipelineDescriptions[name] === undefined || !shown.has(sectionOf(name)),
  );
}

const sectionOf = (name: string): string => (name.includes('.') ? (name.split('.')[0] ?? '') : 'file');

function fieldsByName(): Map<string, Field> {
  const fields = new Map<string, Field>();
  visitFields(pipelineJsonSchema(['custom']), (schema, place, isRequired) => {
    const names = descriptionNames(place);
    const name = names.find((one) => pipelineDescriptions[one] !== undefined) ?? names[0] ?? '';
    const field = fields.get(name) ?? { kinds: [], type: '', otherwise: new Map<string, string[]>() };
    fields.set(name, field);
    const kind = place.prefixes.find((one) => !['', 'step', 'undo'].includes(one));
    const type = typeOf(schema);
    if (!field.type.includes(type)) field.type = field.type === '' ? type : `${field.type} or ${type}`;
    const otherwise = isRequired ? 'required' : defaultOf(schema);
    const having = field.otherwise.get(otherwise) ?? [];
    field.otherwise.set(otherwise, having);
    if (kind === undefined) return;
    for (const list of [field.kinds, having]) if (!list.includes(kind)) list.push(kind);
  });
  return fields;
}

function tableOf(section: string, fields: Map<string, Field>): string[] {
  const own = [...fields].filter(([name]) => sectionOf(name) === section);
  const isShared = section === 'step';
  const every = [...new Set([...fields.values()].flatMap(({ kinds }) => kinds))];
  const rows = own.map(([name, { kinds, type, otherwise }]) => [
    `\`${section === 'file' ? name : name.slice(section.length + 1)}\``,
    ...(isShared ? [whichOf(every, kinds)] : []),
    type,
    [...otherwise]
      .map(([value, having]) =>
        otherwise.size > 1 && having.length > 0 ? `${value} (${having.join(', ')})` : value,
      )
      .join('; '),
    pipelineDescriptions[name] ?? '',
  ]);
  const heads = ['field', ...(isShared ? ['steps'] : []), 'value', 'default', 'meaning'];
  return [heads, heads.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}

function whichOf(every: string[], kinds: string[]): string {
  const others = every.filter((kind) => !kinds.includes(kind));
  if (others.length === 0) return 'all';
  return others.length <= 3 ? `all but ${others.join(', ')}` : kinds.join(', ');
}

const defaultOf = ({ default: fallback }: JsonSchema): string =>
  fallback === undefined ? '' : `\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``;

/** What a person may write, in a few words. */
function typeOf(schema: JsonSchema): string {
  const { type, const: only, enum: several, pattern = '' } = schema;
  if (only !== undefined) return `\`${JSON.stringify(only).replaceAll('"', '')}\``;
  if (several) return several.length > 15 ? 'text' : several.map((one) => `\`${String(one)}\``).join(', ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.oneOf) return 'map';
  if (pattern.endsWith('(ms|s|m|h|d)$')) return 'duration';
  switch (type) {
    case 'array':
      return `list of ${typeof schema.items === 'object' && !Array.isArray(schema.items) ? typeOf(schema.items) : 'values'}`;
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return '`true`, `false`';
    case 'object':
      return 'map';
    default:
      return 'text';
  }
}

const numbers = ({ minimum, maximum = Infinity }: JsonSchema): string =>
  minimum !== undefined && maximum < Number.MAX_SAFE_INTEGER
    ? `${String(minimum)} to ${String(maximum)}`
    : 'number';
