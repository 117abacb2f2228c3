import { evaluateCondition } from '../../src/domain/expression';
import { pipelineSchema } from '../../src/domain/pipeline';
import type { RunView } from '../../src/domain/run';
import { type Harness, startHarness } from './harness';
import { runInput } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const ref = 'event.data.ref';
const expressions = [
  `${ref} == "refs/heads/main"`,
  `${ref} != "refs/heads/other" && !(${ref} == "x" || false)`,
  `${ref}.startsWith("refs/") && ${ref}.endsWith("main") && ${ref}.contains("heads")`,
  `${ref}.matches("^refs/(heads|tags)/[a-z]+$")`,
  `${ref}.split("/")[2] == "main" && ${ref}.substring(5, 10) == "heads"`,
  `${ref}.replace("refs/heads/", "") == "main" && ${ref}.upperAscii().lowerAscii() == ${ref}`,
  `${ref}.indexOf("/") == 4 && ${ref}.lastIndexOf("/") == 10 && ${ref}.charAt(0) == "r"`,
  '" a ".trim() == "a" && size("abc") == 3',
  '1 + 2 * 3 - 4 / 2 == 5 && 7 % 4 == 3 && 1.5 + 1 == 2.5',
  '[1, 2, 3].exists(x, x > 2) && [1, 2].all(x, x > 0) && [1, 2].exists_one(x, x == 1)',
  '[1, 2, 3].filter(x, x > 1).map(x, x * 2) == [4, 6]',
  '{"a": 1}["a"] == 1 && "a" in {"a": 1} && 2 in [1, 2]',
  'has(event.data.ref) && !has(event.data.missing)',
  'int("3") == 3 && double("1.5") == 1.5 && string(3) == "3" && bool("true")',
  'timestamp(event.time) < timestamp("2027-01-01T00:00:00Z")',
  'timestamp("2026-01-02T00:00:00Z") - timestamp("2026-01-01T00:00:00Z") == duration("24h")',
  'timestamp("2026-01-02T00:00:00Z").getDayOfWeek("Europe/Berlin") == 5',
  'type(1) == int && b"a" == b"a" && (true ? 1 : 2) == 1',
  `${ref} == "refs/heads/other"`,
];

const stepOf = (when: string, at: number) => ({
  id: `step${String(at)}`,
  uses: 'notify',
  when,
  with: { to: 'team', message: 'm' },
});

// All workflows of a worker share the evaluator, which is frozen there.
test('conditions are the same inside workflows and outside', async () => {
  const pipeline = pipelineSchema.parse({
    apiVersion: 'sagaline/v1',
    name: 'conditions',
    on: [{ event: 'push' }],
    steps: expressions.map(stepOf),
  });
  const input = runInput(pipeline);
  const outside = expressions.map((text) => evaluateCondition(text, { event: input.event }).matched);
  expect(outside).toEqual(expressions.map((_, at) => at < expressions.length - 1));
  await harness.withWorker({}, async (_world, taskQueue, workflowId) => {
    const handle = await harness.environment.client.workflow.start('run', {
      workflowId,
      taskQueue,
      args: [input],
    });
    const { steps } = (await handle.result()) as RunView;
    expect(steps.map(({ status }) => status === 'succeeded')).toEqual(outside);
  });
});
