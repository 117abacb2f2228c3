import type {
  BlobStore,
  Configuration,
  Repositories,
  Scanner,
  SecretSource,
  StepLogs,
  Workflows,
} from '../src/ports';
import { createLanes } from './lanes';
import { createRelease, type ReleaseKinds } from './release';
import { createRoute } from './route';
import { createScan } from './scan';
import { createShell } from './shell';

/** Everything that activities reach the outside world through. */
export interface ActivityPorts extends ReleaseKinds {
  configuration: Configuration;
  repositories: Repositories;
  blobs: BlobStore;
  scanner: Scanner;
  secrets: SecretSource;
  logs: StepLogs;
  workflows: Workflows;
  /** Folder for the workspaces of this worker alone. */
  workFolder: string;
  /** PATH of steps and tools. */
  path: string;
}

/** All activities of a worker, by the names that workflows call. */
export function createActivities(ports: ActivityPorts) {
  return {
    route: createRoute(ports),
    runShell: createShell(ports),
    scan: createScan(ports),
    ...createLanes(ports),
    ...createRelease(ports),
  };
}

export type Activities = ReturnType<typeof createActivities>;
