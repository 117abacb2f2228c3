import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { LaneRef } from './release';

/** Longest workflow id in bytes; a longer one keeps its beginning and ends in a hash. */
const maxIdBytes = 200;

/** Lower-case hex SHA-256 of text; pure JavaScript, because workflow code has no node:crypto. */
export function sha256Hex(value: string): string {
  return bytesToHex(sha256(utf8ToBytes(value)));
}

/** Joins parts to a workflow id: each part is percent-escaped, so that `:` separates and nothing else. */
function workflowId(...parts: string[]): string {
  // encodeURIComponent throws on a lone surrogate, and only ASCII leaves it, so length counts bytes.
  const id = parts.map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd'))).join(':');
  if (id.length <= maxIdBytes) return id;
  return `${id.slice(0, maxIdBytes - 33)}-${sha256Hex(id).slice(0, 32)}`;
}

/** Whether a workflow id is of that kind and project; a name in sagaline.yaml is too short to be lost in a hash. */
export const isOfProject = (kind: 'inbox' | 'run', project: string, id: string): boolean =>
  id.startsWith(`${kind}:${encodeURIComponent(project)}:`);

export const inboxId = (project: string, source: string, subject: string): string =>
  workflowId('inbox', project, source, subject);

export const runWorkflowId = (
  project: string,
  repository: string,
  pipeline: string,
  eventKey: string,
): string => workflowId('run', project, repository, pipeline, eventKey);

/** Ends in the parent's run id, so that a run that was reset gets a canary of its own. */
export const canaryId = (run: string, step: string, parentRunId: string): string =>
  workflowId('canary', run, step, parentRunId);

export const laneId = (lane: LaneRef): string =>
  workflowId('lane', lane.project, lane.service, lane.environment);

/** The lane of a workflow id; undefined for another one, or one that ends in a hash, which no names of sagaline.yaml give. */
export function laneOfId(id: string): LaneRef | undefined {
  const [kind, project, service, environment] = id.split(':').map(decodeURIComponent);
  return kind === 'lane' && project && service && environment ? { project, service, environment } : undefined;
}

export const groupId = (project: string, group: string): string => workflowId('group', project, group);

/** The entity that keeps which runs wait for events of a kind. */
export const waitsId = (project: string, kind: string): string => workflowId('waits', project, kind);

/** The schedule of the `at`-th cron of a pipeline, from 0. */
export const scheduleId = (project: string, repository: string, pipeline: string, at: number): string =>
  workflowId('schedule', project, repository, pipeline, String(at));

/** Short name of a lane for messages: `shop in production`. */
export const laneName = (lane: LaneRef): string => `${lane.service} in ${lane.environment}`;

/** Identity of an event within its source: the delivery id where there is one. */
export const eventKey = (source: string, deliveryId: string): string =>
  sha256Hex(`${source}\n${deliveryId}`).slice(0, 32);
