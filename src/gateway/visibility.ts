import type { Client, RawWorkflowExecutionInfo } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { payloadValue } from '../codec/payloads';
import { workflowTypes } from '../domain/messages';
import { type RunStatus, runStatuses } from '../domain/run';
import { cursorOf, tokenOf } from './cursor';
import { endedFromOutside, isOpen } from '../domain/run-status';
import type { TemporalGateway } from './temporal';

/** A run as a list shows it: what Temporal's visibility knows, without asking the run itself. */
export interface RunItem {
  id: string;
  pipeline: string | null;
  repository: string | null;
  service: string | null;
  environment: string | null;
  commit: string | null;
  eventId: string | null;
  status: RunStatus;
  startedAt: string | null;
  closedAt: string | null;
}

/** Equality filters of `GET /runs`. */
export interface RunFilter {
  status?: RunStatus | undefined;
  repository?: string | undefined;
  pipeline?: string | undefined;
  service?: string | undefined;
  environment?: string | undefined;
  commit?: string | undefined;
}

export interface Page<T> {
  items: T[];
  /** Opaque; null on the last page. */
  cursor: string | null;
}

/** Characters of a search attribute that run-start.ts cuts an event's id to. */
const maxAttribute = 255;

/** The value as a literal of a visibility query, which it cannot leave. */
function literal(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Lists workflows by Temporal's visibility, which follows the truth with a delay of usually under a second. */
export class Visibility {
  constructor(
    private readonly client: Client,
    private readonly temporal: TemporalGateway,
    private readonly namespace: string,
  ) {}

  async runs(project: string, filter: RunFilter, limit: number, cursor?: string): Promise<Page<RunItem>> {
    const query = [
      `WorkflowType = '${workflowTypes.run}'`,
      `SagalineProject = ${literal(project)}`,
      ...conditions(filter),
    ].join(' AND ');
    const { items, cursor: next } = await this.page(query, limit, cursor);
    return { items: await Promise.all(items.map((item) => this.runItem(item))), cursor: next };
  }

  /** Workflow ids of the lanes that live, at most `limit`. */
  async laneIds(limit: number): Promise<string[]> {
    const query = `WorkflowType = '${workflowTypes.lane}' AND ExecutionStatus = 'Running'`;
    const { items } = await this.page(query, limit);
    return items.map(({ execution }) => execution?.workflowId ?? '');
  }

  private async runItem(info: RawWorkflowExecutionInfo): Promise<RunItem> {
    const item = runItem(info);
    const { eventId: whole } = info.memo?.fields ?? {};
    // A search attribute is never encrypted, so that a list needs no key; it holds 255 characters and may be cut there.
    if (!whole || (item.eventId !== null && item.eventId.length < maxAttribute)) return item;
    return { ...item, eventId: await payloadValue<string>(this.client, whole) };
  }

  private async page(
    query: string,
    pageSize: number,
    cursor?: string,
  ): Promise<Page<RawWorkflowExecutionInfo>> {
    const nextPageToken = cursor === undefined ? undefined : tokenOf(query, cursor);
    const answer = await this.temporal.call('this list', () =>
      this.client.workflowService.listWorkflowExecutions({
        namespace: this.namespace,
        query,
        pageSize,
        ...(nextPageToken && { nextPageToken }),
      }),
    );
    const token = answer.nextPageToken;
    return {
      items: answer.executions,
      cursor: token.length > 0 ? cursorOf(query, token) : null,
    };
  }
}

function conditions({ status, ...equal }: RunFilter): string[] {
  const attributes = {
    SagalineRepository: equal.repository,
    SagalinePipeline: equal.pipeline,
    SagalineService: equal.service,
    SagalineEnvironment: equal.environment,
    SagalineCommit: equal.commit,
  };
  const plain = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${literal(value)}`],
  );
  return status === undefined ? plain : [...plain, statusCondition(status)];
}

/** A run that was ended in Temporal itself still carries its last open status, and is shown as failed. */
function statusCondition(status: RunStatus): string {
  const said = `SagalineStatus = ${literal(status)}`;
  if (isOpen(status)) return `(${said} AND ExecutionStatus = 'Running')`;
  return status === 'failed' ? `(${said} OR ExecutionStatus IN ('Terminated', 'TimedOut'))` : said;
}

function runItem({
  execution,
  status,
  startTime,
  closeTime,
  searchAttributes,
}: RawWorkflowExecutionInfo): RunItem {
  const said = (name: string) => keyword(searchAttributes?.indexedFields?.[name]);
  const own = statusOf(said('SagalineStatus'));
  return {
    id: execution?.workflowId ?? '',
    pipeline: said('SagalinePipeline'),
    repository: said('SagalineRepository'),
    service: said('SagalineService'),
    environment: said('SagalineEnvironment'),
    commit: said('SagalineCommit'),
    eventId: said('SagalineEventId'),
    status: endedFromOutside(status, own)?.status ?? own,
    startedAt: time(startTime),
    closedAt: time(closeTime),
  };
}

function statusOf(text: string | null): RunStatus {
  return runStatuses.find((status) => status === text) ?? 'queued';
}

function keyword(payload: Payload | undefined): string | null {
  if (payload === undefined) return null;
  const value = defaultPayloadConverter.fromPayload<unknown>(payload);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : null;
}

function time(stamp: RawWorkflowExecutionInfo['startTime']): string | null {
  if (!stamp) return null;
  return new Date(Number(stamp.seconds ?? 0) * 1000 + (stamp.nanos ?? 0) / 1e6).toISOString();
}
