import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  visit,
} from 'yaml';
import type { Problem } from './problem';

/** Largest file in bytes of UTF-8: a pipeline comes with any push, sagaline.yaml from the platform's owner. */
export const maxBytes = { pipeline: 64 * 1024, configuration: 1024 * 1024 } as const;
/** Aliases that one document may resolve, so that nested ones cannot multiply. */
const maxAliases = 20;

/** A file that was read as one YAML document, and the lines its values stand on. */
export interface YamlDocument {
  value: unknown;
  /** Line and column, from 1, of what a problem's path leads to, or of the nearest part around it that exists. */
  place(problem: Pick<Problem, 'path' | 'atKey'>): { line: number; column: number };
}

/** A fault of the text itself, at its line and column from 1. */
export interface TextFault {
  line: number;
  column: number;
  message: string;
}

/** Reads one strict YAML 1.2 document: no duplicate keys, no merge keys, few aliases; or lists what is wrong. */
export function readYaml(text: string, limit: number): YamlDocument | { faults: TextFault[] } {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > limit) {
    return fault(`has ${String(bytes)} bytes, at most ${String(limit)} are allowed`);
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      merge: false,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
    });
    const faults = told([...document.errors, ...document.warnings]).map(({ message, pos }) =>
      at(lines, pos[0], message),
    );
    faults.push(...refusedKeys(document, lines));
    if (faults.length > 0) return { faults };
    const value: unknown = document.toJS({ maxAliasCount: maxAliases });
    return { value, place: (problem) => place(document, lines, problem) };
  } catch (error) {
    if (error instanceof RangeError) return fault('is nested too deeply');
    return fault(error instanceof Error ? error.message : String(error));
  }
}

/** After one unreadable token, the parser complains of everything that follows. */
function told(errors: YAMLError[]): YAMLError[] {
  const isUnreadable = ({ code }: YAMLError): boolean =>
    code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED';
  const first = errors.find(isUnreadable);
  return errors.filter((error) => error === first || !isUnreadable(error));
}

function fault(message: string): { faults: TextFault[] } {
  return { faults: [{ line: 1, column: 1, message }] };
}

function at(lines: LineCounter, offset: number, message: string): TextFault {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1), message };
}

/** Keys that later code would read as something else than a name. */
function refusedKeys(document: Document, lines: LineCounter): TextFault[] {
  const faults: TextFault[] = [];
  visit(document, {
    Pair(_, pair) {
      const key = pair.key;
      if (!isScalar(key) || typeof key.value !== 'string') {
        const offset = isScalar(key) || isMap(key) || isSeq(key) ? (key.range?.[0] ?? 0) : 0;
        faults.push(at(lines, offset, 'a key must be a plain text'));
      } else if (key.value === '<<') {
        faults.push(at(lines, key.range?.[0] ?? 0, 'merge keys are refused: write the fields out'));
      } else if (key.value === '__proto__') {
        faults.push(at(lines, key.range?.[0] ?? 0, '__proto__ is refused as a key'));
      }
    },
  });
  return faults;
}

function place(document: Document, lines: LineCounter, { path, atKey }: Pick<Problem, 'path' | 'atKey'>) {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const inner: unknown = isAlias(node) ? node.resolve(document) : node;
    const isLast = depth === path.length - 1;
    if (isMap(inner)) {
      const pair = inner.items.find(({ key }) => isScalar(key) && key.value === part);
      if (!pair) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
      if (isLast && atKey === true) break;
    } else if (isSeq(inner) && typeof part === 'number') node = inner.items[part];
    else break;
    offset = rangeStart(node) ?? offset;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function rangeStart(node: unknown): number | undefined {
  const { range } = (node ?? {}) as Partial<Pick<Node, 'range'>>;
  return range?.[0];
}
