import { randomUUID } from 'node:crypto';
import { groupId } from '../../src/domain/identity';
import type { GroupRule, GroupView, Holder } from '../../src/domain/lane';
import type { Harness } from './harness';
import { watching } from './lane-world';
import type { Script, World } from './world';

/** What a run was told, such as `granted` or `yield`, with the entity's reason. */
export interface Told {
  signal: string;
  reason?: string;
  entity: string;
}

export interface Group {
  workflowId: string;
  taskQueue: string;
  world: World;
  view: () => Promise<GroupView>;
  until: (condition: (view: GroupView) => boolean) => Promise<GroupView>;
  /** Waits until exactly these hold and wait, in this order. */
  untilTurns: (holders: Holder[], waiting: Holder[]) => Promise<GroupView>;
  /** A workflow that can be told and that stays until it is ended, which has asked the group. */
  asks: (rule?: GroupRule, change?: Partial<Holder>) => Promise<Holder>;
  request: (holder: Holder) => Promise<unknown>;
  finish: (holder: Holder) => Promise<unknown>;
  end: (holder: Holder) => Promise<unknown>;
  /** Everything that a run was told until it was told `last`. */
  told: (holder: Holder, last: string) => Promise<Told[]>;
  /** A run of the real workflow asks by its activities; see `World`. */
  start: (workflowId: string, type: string, args: unknown[]) => ReturnType<typeof startOf>;
}

const startOf = (harness: Harness, taskQueue: string, workflowId: string, type: string, args: unknown[]) =>
  harness.environment.client.workflow.start(type, { workflowId, taskQueue, args });

export const groupOf = { project: 'test', name: () => randomUUID() };

/** Runs a worker for one group; ends the group and all its holders afterwards. */
export async function withGroup(
  harness: Harness,
  use: (group: Group) => Promise<void>,
  script: Script = {},
  name = groupOf.name(),
  override: Partial<World['activities']> = {},
): Promise<void> {
  const { client } = harness.environment;
  const workflowId = groupId(groupOf.project, name);
  const handle = client.workflow.getHandle(workflowId);
  const started = [workflowId];
  let made: World | undefined;
  let queue = '';
  const signal = (type: string, payload: unknown) =>
    client.workflow.signalWithStart('group', {
      workflowId,
      taskQueue: queue,
      args: [{ project: groupOf.project, group: name }],
      signal: type,
      signalArgs: [payload],
    });
  const groupOn = (world: World, taskQueue: string): Group => {
    made = world;
    queue = taskQueue;
    const start: Group['start'] = (id, type, args) => {
      started.push(id);
      return startOf(harness, taskQueue, id, type, args);
    };
    const view = () => handle.query<GroupView>('state');
    const until: Group['until'] = async (condition) => {
      for (;;) {
        const seen = await view();
        if (condition(seen)) return seen;
      }
    };
    const runIds = (holders: Holder[]) => holders.map(({ runId }) => runId).join();
    const request = (holder: Holder) => signal('request', holder);
    return {
      workflowId,
      taskQueue,
      world,
      view,
      until,
      untilTurns: (holders, waiting) =>
        until((seen) => runIds(seen.holders) === runIds(holders) && runIds(seen.waiting) === runIds(waiting)),
      async asks(rule, change = {}) {
        const id = `holder:${randomUUID()}`;
        // A group of its own waits for signals for ever, which is all that is asked of a holder here.
        const { firstExecutionRunId: runId } = await start(id, 'group', [{}]);
        const order = { time: 1, counter: 0 };
        const holder = {
          workflowId: id,
          runId,
          subject: id,
          order,
          commit: 'c',
          ...(rule && { rule }),
          ...change,
        };
        await request(holder);
        return holder;
      },
      request,
      finish: ({ workflowId: id, runId }) => signal('finish', { workflowId: id, runId, deployed: null }),
      end: ({ workflowId: id }) => client.workflow.getHandle(id).terminate(),
      async told(holder, last) {
        for (;;) {
          const all = await toldIn(harness, holder);
          if (all.at(-1)?.signal === last) return all;
        }
      },
      start,
    };
  };
  const endAll = () => Promise.allSettled(started.map((id) => client.workflow.getHandle(id).terminate()));
  await harness.withWorker(
    script,
    // The worker stops only when its watching activities have ended.
    (world, taskQueue) => use(groupOn(world, taskQueue)).finally(endAll),
    {
      ...watching(harness),
      async requestTurn(asked) {
        if (asked.entity.kind === 'group') await signal('request', asked.holder);
        else await made?.activities.requestTurn(asked);
      },
      async finishTurn(said) {
        if (said.entity.kind === 'group') await signal('finish', said.finish);
        else await made?.activities.finishTurn(said);
      },
      ...override,
    },
  );
}

/** The signals in the history of a workflow that does not handle them. */
async function toldIn({ environment }: Harness, { workflowId, runId }: Holder): Promise<Told[]> {
  const { events } = await environment.client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: told }) => {
    const [payload] = told?.input?.payloads ?? [];
    if (!payload?.data) return [];
    const { entity, reason } = JSON.parse(Buffer.from(payload.data).toString()) as Told;
    return [{ signal: told?.signalName ?? '', entity, ...(reason !== undefined && { reason }) }];
  });
}
