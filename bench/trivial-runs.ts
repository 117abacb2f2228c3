import { randomUUID } from 'node:crypto';
import { repositoryName } from '../scripts/demo/stage';
import { expand } from '../src/domain/expand';
import { pipelineSchema } from '../src/domain/pipeline';
import { type RunInput, runVersion } from '../src/domain/run';

/** A run that tells the log of its worker each message, one after the other. */
export const tellingRun = (messages: string[]): RunInput =>
  runOf(
    messages.map((message) => ({ uses: 'notify', with: { to: 'log', message } })),
    'c'.repeat(40),
  );

/** A run with as many shell steps that do nothing, one after the other. */
export const shellRun = (messages: string[], commit: string): RunInput =>
  runOf(
    messages.map(() => ({ uses: 'shell', with: { run: 'true' } })),
    commit,
  );

/** A run of these steps, one after the other; `more` is what else the pipeline says. */
export function runOf(steps: object[], commit: string, more: object = {}): RunInput {
  const time = new Date().toISOString();
  const key = randomUUID();
  const pipeline = pipelineSchema.parse({
    apiVersion: 'sagaline/v1',
    name: 'trivial',
    on: [{ event: 'manual' }],
    ...more,
    steps: inSequence(steps),
  });
  return {
    version: runVersion,
    project: 'default',
    repository: repositoryName,
    commit,
    eventId: key,
    order: { time: Date.parse(time), counter: 1 },
    pipeline: expand(pipeline),
    event: {
      ...{ key, bodyHash: '', deliveryId: key, source: 'bench', subject: repositoryName, kind: 'manual' },
      ...{ time, receivedAt: time },
      data: { repository: repositoryName, ref: 'refs/heads/main', commit },
    },
  };
}

/** The steps of a pipeline that executes them one after the other. */
export const inSequence = (steps: readonly object[]): object[] =>
  steps.map((step, at) => ({ id: `step${at}`, ...step, ...(at > 0 && { needs: [`step${at - 1}`] }) }));
