import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { SagalineEvent } from '../../../src/domain/event';
import { waitsId } from '../../../src/domain/identity';
import { pipelineSchema } from '../../../src/domain/pipeline';
import { runStart } from '../../../src/run-start';
import { runInput } from '../world';
import { approval, shell } from './plots';
import { type Actor, type Play, stepsOf, useStage } from './stage';

const stage = useStage();

/** Runs that wait are kept by the real workflow `waits`, of a project of its own. */
function awaiting(step: object, timeout = '1h', needs: string[] = []) {
  const id = waitsId(randomUUID(), 'alert');
  let queue = '';
  const tell = (signal: string, said: object) =>
    stage.harness().environment.client.workflow.signalWithStart('waits', {
      ...{ workflowId: id, taskQueue: queue, args: [{ project: 'test', kind: 'alert' }] },
      ...{ signal, signalArgs: [said] },
    });
  const activities: NonNullable<Play['activities']> = {
    joinWait: ({ wait }) => tell('register', wait).then(() => undefined),
    leaveWait: (gone) => tell('leave', gone).then(() => undefined),
  };
  return {
    steps: [{ id: 'await', needs, uses: 'wait', timeout, with: { event: 'alert', ...step } }],
    activities,
    /** Offers an event as the routing of one does. */
    async offer(run: Actor, name: string) {
      queue = (await run.handle.describe()).taskQueue;
      const event = { ...runInput(pipelineOf([shell('a')])).event, deliveryId: name, data: { name } };
      await tell('offer', event satisfies SagalineEvent);
    },
    /** Lets activities find the task queue of the run. */
    async joinedBy(run: Actor) {
      queue = (await run.handle.describe()).taskQueue;
      await run.untilStep('await', 'waiting');
      const waits = stage.harness().environment.client.workflow.getHandle(id);
      const joined = async () =>
        (await waits.fetchHistory()).events?.some(
          ({ workflowExecutionSignaledEventAttributes: told }) => told?.signalName === 'register',
        );
      while (!(await joined().catch(() => false)));
    },
  };
}

const pipelineOf = (steps: object[]) =>
  pipelineSchema.parse({ apiVersion: 'sagaline/v1', name: 'deliver', on: [{ event: 'push' }], steps });

test('equal-events: the same event is to start its run a second time', () =>
  stage.play({ steps: [shell('build')] }, async (run) => {
    expect((await run.end()).status).toBe('succeeded');
    const { workflow } = stage.harness().environment.client;
    const again = workflow.start('run', runStart(run.id, runInput(pipelineOf([shell('build')]))));
    await expect(again).rejects.toBeInstanceOf(WorkflowExecutionAlreadyStartedError);
    expect(run.world.log).toEqual(['step build']);
  }));

test('event-matches: a step waits for an event, and one comes that meets its condition', () => {
  const { offer, joinedBy, ...play } = awaiting({ when: 'event.data.name == "ready"' });
  return stage.play(play, async (run) => {
    await joinedBy(run);
    await offer(run, 'other');
    await offer(run, 'ready');
    const end = await run.end();
    expect(end).toMatchObject({ status: 'succeeded', steps: [{ detail: 'alert ready came' }] });
  });
});

test('event-before: the event came before the step that waits for it began', () => {
  const { offer, joinedBy, steps, ...play } = awaiting({}, '500ms', ['ask']);
  return stage.play({ ...play, steps: [approval(), ...steps] }, async (run) => {
    await run.untilStep('ask', 'waiting');
    await offer(run, 'early');
    await run.approve();
    await joinedBy(run);
    const end = await run.end();
    expect(end).toMatchObject({ status: 'failed', reason: 'await: no alert came within 500ms' });
  });
});

test('event-limit: no event comes within the time limit', () => {
  const { steps } = awaiting({}, '100ms');
  return stage.play({ steps: [...steps, shell('build', ['await'])] }, async (run) => {
    const end = await run.end();
    expect(end.status).toBe('failed');
    expect(stepsOf(end)).toEqual(['await failed', 'build skipped']);
  });
});

test('event-limit-continue: no event comes within the time limit, and `onTimeout` is continue', () => {
  const { steps } = awaiting({ onTimeout: 'continue' }, '100ms');
  return stage.play({ steps: [...steps, shell('build', ['await'])] }, async (run) => {
    const end = await run.end();
    expect(end.status).toBe('succeeded');
    expect(stepsOf(end)).toEqual(['await succeeded', 'build succeeded']);
  });
});
