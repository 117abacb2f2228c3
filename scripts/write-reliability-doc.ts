import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const [begin, end] = ['<!-- faults -->\n', '<!-- /faults -->'];

const rowSchema = z.strictObject({
  fault: z.string(),
  phase: z.enum(['before', 'during', 'after']),
  step: z.string(),
  /** What Temporal and the ledger ran on. */
  backend: z.string(),
  seed: z.string(),
  /** When it began, ISO 8601, and of which commit the platform was. */
  at: z.string(),
  commit: z.string(),
  /** Status of the run. */
  ended: z.string(),
  seconds: z.number(),
  violations: z.array(z.string()),
});
/** A run of the fault matrix: one fault at one moment, drawn by one seed. */
export type PlayedRow = z.infer<typeof rowSchema>;

const cellOf = ({ fault, backend, step, phase, seed }: PlayedRow): string =>
  [backend, fault, step, phase, seed].join('\n');

/** What was known before, with what was played now in the place of the same cells. */
export function merged(before: PlayedRow[], now: PlayedRow[]): PlayedRow[] {
  const byCell = new Map([...before, ...now].map((row) => [cellOf(row), row]));
  return [...byCell.values()].sort((one, other) => (cellOf(one) < cellOf(other) ? -1 : 1));
}

/** A Markdown document with the table of all runs between its two marks; throws when it has none. */
export function withFaults(document: string, rows: PlayedRow[]): string {
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the document has no ${begin.trim()}`);
  const groups = new Map<string, PlayedRow[]>();
  for (const row of rows) {
    const key = [row.backend, row.fault, row.step].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const lines = [...groups.values()].map(lineOf);
  const wrong = rows.filter(({ violations }) => violations.length > 0).length;
  const seeds = [...new Set(rows.map(({ seed }) => seed))].sort().join(', ');
  const sum = `${String(rows.length)} runs with the seeds ${seeds}, ${String(wrong)} with violations; ${playedWhen(rows)}.`;
  const head = '| fault | when | backend | ended | times run | violations |\n|---|---|---|---|---|---|\n';
  return `${before}${begin}\n${sum}\n\n${head}${lines.join('')}\n${end}${after}`;
}

/** From when to when they were played, and on which commits. */
function playedWhen(rows: PlayedRow[]): string {
  const times = rows.map(({ at }) => `${at.slice(0, 16).replace('T', ' ')} UTC`).sort();
  const commits = [...new Set(rows.map(({ commit }) => commit))].sort().join(', ');
  return `played from ${times[0] ?? '-'} to ${times.at(-1) ?? '-'} at commit ${commits}`;
}

function lineOf(rows: PlayedRow[]): string {
  const [first] = rows;
  if (!first) return '';
  const phases = ['before', 'during', 'after'].filter((phase) => rows.some((row) => row.phase === phase));
  const ended = [...new Set(rows.map((row) => row.ended))].sort().join(', ');
  const violations = rows.flatMap((row) => row.violations.map((one) => `${one} (seed ${row.seed})`));
  const said = violations.length === 0 ? '0' : violations.join('; ').replaceAll('|', '/');
  const when = `${phases.join(', ')} \`${first.step}\``;
  return `| ${first.fault} | ${when} | ${first.backend} | ${ended} | ${String(rows.length)} | ${said} |\n`;
}

const parsed = (text: string): PlayedRow[] => z.array(rowSchema).parse(JSON.parse(text));

/** One row a line, so that a change of one is a change of one line. */
const asText = (rows: PlayedRow[]): string => `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;

/** Rows of docs/reliability.json. */
export const readRows = (file: string): PlayedRow[] =>
  existsSync(file) ? parsed(readFileSync(file, 'utf8')) : [];

if (require.main === module) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    // Whoever has played all of it anew wants nothing of what was known before.
    options: { replace: { type: 'boolean', default: false } },
  });
  const [record] = positionals;
  const docs = join(process.cwd(), 'docs');
  const [data, document] = [join(docs, 'reliability.json'), join(docs, 'reliability.md')];
  const lines = record !== undefined && existsSync(record) ? readFileSync(record, 'utf8').trim() : '';
  const before = values.replace ? [] : readRows(data);
  const rows = merged(before, parsed(`[${lines.split('\n').join(',')}]`));
  writeFileSync(data, asText(rows));
  writeFileSync(document, withFaults(readFileSync(document, 'utf8'), rows));
  if (record !== undefined) rmSync(record, { force: true });
}
