import type { Contact } from '../src/contact';
import type {
  BlobStore,
  Configuration,
  CustomSteps,
  GoldenPaths,
  HttpClient,
  LedgerWriter,
  Repositories,
  Scanner,
  SecretSource,
  Sinks,
  StepIsolation,
  StepLogs,
  Workflows,
} from '../src/ports';
import { createRaiseAlert } from './alert';
import { createRunCustom } from './custom';
import { createEmitEvent } from './emit';
import { createCheckFreeze } from './freeze';
import { createCallHttp } from './http';
import { createLanes } from './lanes';
import { createSendMessages } from './messages';
import { createNotify } from './notify';
import { createRelease, type ReleaseKinds } from './release';
import { createRoute } from './route';
import { createScan } from './scan';
import { createSchedules } from './schedules';
import { createShell } from './shell';
import { createWaits } from './waits';

/** Everything that activities reach the outside world through. */
export interface ActivityPorts extends ReleaseKinds {
  configuration: Configuration;
  repositories: Repositories;
  blobs: BlobStore;
  scanner: Scanner;
  secrets: SecretSource;
  logs: StepLogs;
  workflows: Workflows;
  http: HttpClient;
  sinks: Sinks;
  customSteps: CustomSteps;
  goldenPaths: GoldenPaths;
  ledger: LedgerWriter;
  isolation: StepIsolation;
  /** Folder for the workspaces of this worker alone. */
  workFolder: string;
  /** PATH of steps and tools. */
  path: string;
  contact: Contact;
}

/** All activities of a worker, by the names that workflows call. */
export function createActivities(ports: ActivityPorts) {
  const messages = { emitEvent: createEmitEvent(ports), notify: createNotify(ports) };
  return {
    route: createRoute(ports),
    runShell: createShell(ports),
    scan: createScan(ports),
    callHttp: createCallHttp(ports),
    ...messages,
    sendMessages: createSendMessages(messages),
    raiseAlert: createRaiseAlert(ports),
    checkFreeze: createCheckFreeze(ports),
    runCustom: createRunCustom(ports),
    ...createLanes(ports),
    ...createSchedules(ports),
    ...createWaits(ports),
    ...createRelease(ports),
  };
}

export type Activities = ReturnType<typeof createActivities>;
