import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import type { ReplayResult } from '@temporalio/worker';
import { quietRuntime } from '../support/quiet-runtime';
import { replay } from '../support/replay';

const root = join(__dirname, '../histories');

/** Saved histories by `<release>/<what happened>`. */
const saved = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => [path.replace(/\.json$/, ''), readFileSync(join(root, path), 'utf8')] as const),
);

beforeAll(quietRuntime);

function replayTexts(histories: Iterable<readonly [string, string]>): Promise<ReplayResult[]> {
  const given = [...histories].map(([, text]) => {
    const history = JSON.parse(text);
    // A run names its canary after itself, so the id is part of what is replayed.
    const { workflowId } = history.events[0].workflowExecutionStartedEventAttributes;
    return { workflowId, history };
  });
  return replay(given);
}

test('there is a history of each workflow and of each of its endings', () => {
  const names = new Set([...saved.keys()].map((path) => path.split('/').at(-1)));
  for (const name of ['inbox', 'lane', 'group', 'waits', 'scheduled']) expect(names).toContain(name);
  for (const ending of ['succeeded', 'rolled-back']) expect(names).toContain(`run-kinds-${ending}`);
  for (const ending of ['succeeded', 'rolled-back', 'failed', 'cancelled'])
    expect(names).toContain(`run-${ending}`);
  for (const ending of ['promoted', 'aborted', 'cancelled']) expect(names).toContain(`canary-${ending}`);
  const lane = [...saved].find(([path]) => path.endsWith('/lane'))?.[1] ?? '';
  expect(lane).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED');
});

test("every saved history replays on today's workflows", async () => {
  const results = await replayTexts(saved);
  expect(results).toHaveLength(saved.size);
  expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
});

test.each([
  ['run-succeeded', 'finishTurn'],
  ['canary-aborted', 'shiftTraffic'],
  ['lane', 'settleLane'],
  ['group', 'watchHolder'],
  ['inbox', 'route'],
  ['scheduled', 'deliverScheduled'],
  ['run-kinds-rolled-back', 'runShell'],
])('a %s whose %s was another activity does not replay', async (name, activity) => {
  const changed = [...saved]
    .filter(([path]) => path.endsWith(`/${name}`))
    .map(([path, text]) => [path, text.replaceAll(`"name": "${activity}"`, '"name": "another"')] as const);
  expect(changed.map(([path, text]) => text !== saved.get(path))).not.toContain(false);
  const results = await replayTexts(changed);
  expect(results.length).toBeGreaterThan(0);
  for (const { error } of results) {
    expect(error).toBeInstanceOf(DeterminismViolationError);
    expect(error?.message).toContain("'another'");
  }
});
