import type { Rehearsal } from './rehearsal';
import type { Entry } from './timeline';
import { columns } from '../table';

/** A rehearsal for people: the timeline, every undo in the order of execution, and the final status. */
export function reportLines({ status, reason, timeline, compensations }: Rehearsal): string[] {
  const start = Date.parse(timeline[0]?.at ?? '');
  const rows = timeline.map(({ at, step, event, detail }) => [
    elapsed(Date.parse(at) - start),
    step ?? '',
    event,
    detail ?? '',
  ]);
  const undone = compensations.length === 0 ? 'nothing' : compensations.join(', ');
  return [...columns(rows), `undone: ${undone}`, `status: ${status}${reason === null ? '' : ` (${reason})`}`];
}

/** `1:02:03.004` since the start; `at` is in ms. */
function elapsed(ms: number): string {
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(Math.floor);
  const two = (count = 0) => String(count).padStart(2, '0');
  return `${String(hours)}:${two(minutes)}:${two(seconds)}.${String(ms % 1000).padStart(3, '0')}`;
}

/** A rehearsal as JUnit XML: one test, which passes when the run has ended as it was expected to. */
export function junit(pipeline: string, expected: string, rehearsal: Rehearsal): string {
  const { status, reason, timeline } = rehearsal;
  const seconds = secondsOf(timeline);
  const isGood = status === expected;
  const message = `ended as ${status}, not as ${expected}${reason === null ? '' : `: ${reason}`}`;
  const counts = `tests="1" failures="${isGood ? '0' : '1'}" errors="0" time="${seconds}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="sagaline simulate" ${counts}>`,
    `    <testcase classname="${escaped(pipeline)}" name="${escaped(`ends as ${expected}`)}" time="${seconds}">`,
    ...(isGood ? [] : [`      <failure message="${escaped(message)}"/>`]),
    `      <system-out>${escaped(reportLines(rehearsal).join('\n'))}</system-out>`,
    '    </testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Simulated seconds from the first to the last entry. */
function secondsOf(timeline: readonly Entry[]): string {
  const [first, last] = [timeline[0], timeline.at(-1)];
  return first && last ? ((Date.parse(last.at) - Date.parse(first.at)) / 1000).toFixed(3) : '0';
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text in XML, without the characters that XML has no place for. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what XML 1.0 forbids
  return text.replace(/[\0-\x08\v\f\x0e-\x1f]/g, ' ').replace(/[&<>"]/g, (found) => entities[found] ?? found);
}
