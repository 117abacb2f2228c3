import { join } from 'node:path';
import { laneId } from '../domain/identity';
import type { LaneRef } from '../domain/release';

/** Where the embedded target keeps what it knows, below the state folder. */
export interface TargetLayout {
  root: string;
  token: string;
  /** Process identity and port of the agent. */
  agent: string;
  /** Process identity and port of the router. */
  router: string;
  locks: string;
  lanes: string;
  instances: string;
  agentLog: string;
  routerLog: string;
}

export function targetLayout(state: string): TargetLayout {
  const root = join(state, 'target');
  return {
    root,
    token: join(root, 'token'),
    agent: join(root, 'agent.json'),
    router: join(root, 'router.json'),
    locks: join(root, 'locks'),
    lanes: join(root, 'lanes'),
    instances: join(root, 'instances'),
    agentLog: join(root, 'agent.log'),
    routerLog: join(root, 'router.log'),
  };
}

/** Key of a lane in file names and maps: escaped, and short enough for a file system. */
export const laneKey = (lane: LaneRef): string => laneId(lane);

/** Folder of one instance: `app` holds the artifact, beside it are its record and its logs. */
export function instanceFolder(layout: TargetLayout, lane: LaneRef, instance: string): string {
  return join(layout.instances, laneKey(lane), encodeURIComponent(instance));
}
