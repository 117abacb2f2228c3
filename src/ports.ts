import type { Readable, Writable } from 'node:stream';
import type { EventRecord, SagalineEvent } from './domain/event';
import type { CommitState, CommitStatus } from './domain/commit-status';
import type { RunInput, RunView } from './domain/run';
import type { PlatformConfiguration } from './domain/configuration';
import type { EntityRef, Finish, Holder } from './domain/lane';
import type { DeliveryAttempt } from './domain/redelivery';
import type { HookSettings } from './domain/redelivery-schema';
import type {
  Backend,
  DesiredTraffic,
  Fence,
  LaneRef,
  Measurement,
  Release,
  Traffic,
} from './domain/release';
import type { Wait } from './domain/wait';
import type { ProcessStart, StepScript } from './domain/step-script';

/** What long work needs from its caller: when to stop, and a sign of life to give. */
export interface Attention {
  signal: AbortSignal;
  heartbeat: () => void;
}

/** Where releases run. Every write is refused with StaleGeneration when its fence is older than the target's. */
export interface Target {
  /** Starts the release (or finds it started at this generation) and returns when it answers its readiness probe. */
  deploy(
    lane: LaneRef,
    fence: Fence,
    release: Release,
    secrets: Record<string, string>,
    attention: Attention,
  ): Promise<Backend>;
  /** Stops every instance of the lane not named in `keep`, after its open requests have ended; returns at once. */
  retire(lane: LaneRef, fence: Fence, keep: string[]): Promise<void>;
  /** Instances of the lane whose processes are alive. */
  running(lane: LaneRef): Promise<Backend[]>;
}

/** Splits a lane's requests between stable and candidate. */
export interface Router {
  /** The lane's traffic, or undefined when the router has never heard of it. */
  read(lane: LaneRef): Promise<Traffic | undefined>;
  /** Takes effect before it returns; refuses an older fence with StaleGeneration; repeating the same fence is harmless. */
  write(lane: LaneRef, fence: Fence, traffic: DesiredTraffic): Promise<Traffic>;
  /** Renews the candidate's lease (ms); `lapsed` says that it had run out, and then it stays so. */
  renew(lane: LaneRef, fence: Fence, leaseMs: number): Promise<{ lapsed: boolean }>;
}

/** Answers queries about candidate and stable over the window since the last change of traffic. */
export interface MetricSource {
  /** Names that `query` accepts, for messages. */
  queries(): string[];
  /** Throws TargetUnavailable when there is no answer: that is never a pass and never a fail. */
  query(lane: LaneRef, queries: string[]): Promise<Measurement[]>;
}

/** Content-addressed storage: a digest is `sha256:<hex>`. */
export interface BlobStore {
  /** Stores the file's content and returns its digest. */
  put(file: string): Promise<string>;
  /** Writes the content to `file`; throws NotFound when there is none of that digest. */
  get(digest: string, file: string): Promise<void>;
  /** The digest stored under a name, such as a cache key; undefined when there is none. */
  lookup(name: string): Promise<string | undefined>;
  /** Remembers a digest under a name; the first writer wins. */
  name(name: string, digest: string): Promise<void>;
}

/** Two commits whose files are compared. */
export interface Comparison {
  from: string;
  to: string;
  /** Whether to begin where the history of `to` left that of `from`. */
  sinceMergeBase: boolean;
}

/** The registered repositories, and nothing else. */
export interface Repositories {
  /** The full commit id a ref points to now, or undefined when there is no such ref. */
  head(repository: string, ref: string): Promise<string | undefined>;
  /** The only commit in the history of a ref whose id begins so; undefined where there is none, or another commit's does too. */
  commitOf(repository: string, ref: string, start: string): Promise<string | undefined>;
  /** The default branch as a full ref, null where HEAD names none, and its commit; undefined while there is no commit. */
  defaultBranch(repository: string): Promise<{ ref: string | null; commit: string } | undefined>;
  /** Text files directly inside `folder` at a commit, in the same array for as long as it is kept; throws CommitNotFound or RepositoryUnreachable. */
  files(
    repository: string,
    commit: string,
    folder: string,
  ): Promise<readonly { readonly path: string; readonly text: string }[]>;
  /**
   * Paths of the files that differ between two commits, or that `to` changed since it left the history of `from`; undefined where a
   * commit is not there, nothing joins their histories, or too much has changed. Throws RepositoryUnreachable.
   */
  changedPaths(repository: string, change: Comparison): Promise<string[] | undefined>;
  /** Makes `directory` a fresh checkout of the commit, without hooks or submodules; resolves with the folders elsewhere that it reads. */
  checkout(repository: string, commit: string, directory: string): Promise<string[]>;
  /** Forgets a checkout that `checkout` made. */
  release(repository: string, directory: string): Promise<void>;
}

/** Keeps the scripts of steps apart from the worker and from each other. */
export interface StepIsolation {
  /** What leads the process group of a script, and ends with its exit code. */
  command(script: StepScript): ProcessStart;
}

export interface Finding {
  file: string;
  line: number;
  rule: string;
}

/** Looks for secrets in a folder, and writes nothing but beside it. */
export interface Scanner {
  name: string;
  scan(directory: string, attention: Attention): Promise<Finding[]>;
}

/** Values of secrets by name; throws NotFound naming the missing one, never a value. */
export interface SecretSource {
  resolve(names: string[]): Promise<Record<string, string>>;
}

/** One outgoing HTTP call; `secrets` are values that may appear in no error and no output. */
export interface HttpCall {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
  secrets: string[];
}

export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Cut at 64 KiB. */
  body: string;
}

/** Calls other systems; an address that is private and not allowed is refused with NotAllowed, redirects are not followed. */
export interface HttpClient {
  /** Throws CallFailed when there is no answer. */
  call(call: HttpCall, signal?: AbortSignal): Promise<HttpAnswer>;
}

/** Something to tell: `id` is the same for every attempt, so that a receiver can drop repetitions. */
export interface Outgoing {
  id: string;
  kind: 'message' | 'event' | 'alert';
  text: string;
  /** CloudEvents type, subject and data; absent for a plain message. */
  event?: {
    type: string;
    subject: string;
    time: string;
    data: Record<string, unknown>;
    /** How many events of the platform's own led to it, itself included. */
    depth: number;
  };
}

/** Where messages go; throws CallFailed when it was not taken. */
export interface Sink {
  send(message: Outgoing): Promise<void>;
}

/** The sinks of sagaline.yaml; an unknown name throws NotFound and lists the known ones. */
export interface Sinks {
  named(name: string): Promise<Sink>;
  /** Those that receive outgoing events, and those that receive alerts. */
  forEvents(): Promise<Sink[]>;
  forAlerts(): Promise<Sink[]>;
}

/** User-written steps that sagaline.yaml registers. */
export interface CustomSteps {
  /** Throws InvalidConfiguration when a package cannot be loaded. */
  load(): Promise<ReadonlyMap<string, CustomStepDefinition>>;
}

/** What a package exports for one step. */
export interface CustomStepDefinition {
  /** Faults of the input, each with its path below `with`; empty when it is valid. */
  check(input: unknown): { path: (string | number)[]; message: string }[];
  run(input: unknown, context: CustomStepContext): Promise<unknown>;
}

/** What a user-written step may use: it runs at least once, and `key` is the same for every attempt. */
export interface CustomStepContext {
  key: string;
  run: string;
  step: string;
  phase: 'step' | 'compensate';
  repository: string;
  commit: string;
  /** What the step returned, for its compensation; null when it never returned. */
  result: unknown;
  /** Folder with the checkout and the artifacts of the steps it needs. */
  directory: string;
  secrets: Readonly<Record<string, string>>;
  signal: AbortSignal;
  log: (line: string) => void;
}

/** The last valid sagaline.yaml. */
export interface Configuration {
  current(): Promise<PlatformConfiguration>;
}

/** Logs of steps, kept outside histories and read by reference. */
export interface StepLogs {
  /** Appends to the log of a step; a later attempt continues the same log. */
  append(run: string, step: string): Promise<Writable>;
  /** Size in bytes, or undefined when there is no log of that step. */
  size(run: string, step: string): Promise<number | undefined>;
  /** Bytes `start` to `end`, both included. */
  read(run: string, step: string, start: number, end: number): Readable;
}

/** One `schedule` trigger of a pipeline on the default branch. */
export interface PipelineSchedule {
  pipeline: string;
  cron: string;
  zone: string;
}

/** A schedule that cannot be kept, and why. */
export interface RefusedSchedule {
  schedule: PipelineSchedule;
  reason: string;
}

/** What became of a repository's schedules. */
export interface ScheduleSync {
  /** Whether any was made, changed or deleted. */
  changed: boolean;
  refused: RefusedSchedule[];
}

/** Pipeline files that the platform brings for every registered repository. */
export interface GoldenPaths {
  /** Their texts as they are now. */
  files(): Promise<{ path: string; text: string }[]>;
}

/** The write side of the ledger; whether it answers is nothing that its callers need to know. */
export interface LedgerWriter {
  /** Keeps what became of an event; returns at once, and repeating it changes nothing. */
  recordEvent(project: string, record: EventRecord): void;
  /** Keeps what the host of a repository is to be told of a commit; returns at once, and repeating it changes nothing. */
  recordStatus(project: string, status: CommitStatus): void;
}

/** A status as the host of a repository shows it. */
export interface ReportedStatus {
  repository: string;
  commit: string;
  context: string;
  state: CommitState;
  description: string;
  /** Where its link leads; null for none. */
  url: string | null;
}

/** Tells the hosts of repositories what becomes of commits. */
export interface StatusReporter {
  /** Repeating it is harmless. Throws CallFailed when it was not taken, NotFound when sagaline.yaml names nobody to tell. */
  report(status: ReportedStatus, signal: AbortSignal): Promise<void>;
}

/** What a host says of itself beside its answer. */
export interface HostAnswer {
  /** Whether it had no time for the question, so that it has to be asked again. */
  isRefused: boolean;
  /** Milliseconds in which it wants to be asked nothing more. */
  restMs: number;
}

/** A page of what a hook delivered, the newest first; empty where it was refused. */
export interface DeliveryPage extends HostAnswer {
  attempts: DeliveryAttempt[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

/** A host that delivers events, and can be asked what it delivered and to do so again. Every call throws CallFailed without a usable answer. */
export interface DeliveryHost {
  /** The page that begins at `cursor`, null for the newest; throws NotFound where the host does not know that cursor any more. */
  page(hook: HookSettings, cursor: string | null, signal?: AbortSignal): Promise<DeliveryPage>;
  /** Asks for one delivery again, by the id of an attempt. Throws NotFound when the host cannot deliver it any more. */
  askFor(hook: HookSettings, attempt: string, signal?: AbortSignal): Promise<HostAnswer>;
}

/** A run as a list shows it, without what its steps did. */
export interface RunGlimpse extends Omit<RunView, 'steps' | 'compensations'> {
  /** Temporal's id of this execution. */
  executionId: string;
  project: string;
  /** Why it has that status, where somebody ended it from outside. */
  reason: string | null;
  /** ISO 8601. */
  startedAt: string;
  /** ISO 8601; null while it is open. */
  closedAt: string | null;
}

/** Where the ledger reads what became of runs. */
export interface RunHistories {
  /** Runs closed at or after a time, ISO 8601, and open ones: all, or those started at or after another time. */
  changedSince(closed: string, started?: string): AsyncIterable<RunGlimpse>;
  /** What a closed run did; undefined where nobody can say it any more. */
  closed(run: RunGlimpse): Promise<RunView | undefined>;
  /** What an open run says of itself now; undefined where no worker answers for it. */
  open(run: RunGlimpse): Promise<RunView | undefined>;
}

/** A lane's way back to an earlier release, which an operator asked for. */
export interface Rollback {
  /** The same however often it is read. */
  id: string;
  lane: LaneRef;
  release: Pick<Release, 'id' | 'commit' | 'artifact' | 'configuration' | 'runId'>;
  actor: string;
  reason: string;
  /** ISO 8601. */
  beganAt: string;
  liveAt: string;
  /** Why the target could not be put in order, when it could not. */
  problem: string | null;
}

/** One execution of a lane: a long one goes on as another. */
export interface LaneGlimpse {
  lane: LaneRef;
  workflowId: string;
  executionId: string;
}

/** Where the ledger reads what lanes did without a run. */
export interface LaneHistories {
  /** Executions of lanes that are open, or were closed at or after this time, ISO 8601. */
  changedSince(time: string): AsyncIterable<LaneGlimpse>;
  /** What came after history event `after`, and after which event to read on next time. */
  rollbacks(lane: LaneGlimpse, after: number): Promise<{ rollbacks: Rollback[]; after: number }>;
}

/** Events of one project with what was decided about them, in no particular order. */
export interface RecordedEvents {
  project: string;
  records: EventRecord[];
}

/** Where the ledger reads what became of events that it missed. */
export interface InboxHistories {
  /** What the histories of inboxes hold that are open, or were closed at or after this time, ISO 8601. */
  changedSince(time: string): AsyncIterable<RecordedEvents>;
}

/** What activities may ask of Temporal: starting runs, telling entities, and noticing the end of a holder. */
export interface Workflows {
  /** Starts a run unless it has ever been started; returns its id either way. */
  startRun(input: RunInput): Promise<string>;
  /** Tells a lane or group, which is started when it does not live. */
  signalEntity(entity: EntityRef, signal: 'request' | 'finish', payload: Holder | Finish): Promise<void>;
  /** Tells the entity of the runs that wait for a kind of event, which is started when it does not live. */
  signalWaits(
    project: string,
    kind: string,
    signal: 'register' | 'leave',
    payload: Wait | Pick<Wait, 'workflowId' | 'runId' | 'step'>,
  ): Promise<void>;
  /** Offers an event to the runs that wait for its kind; harmless when none waits. */
  offerEvent(project: string, event: SagalineEvent): Promise<void>;
  /** Delivers an event of the platform's own to its inbox; repeating it has one effect. */
  deliver(project: string, event: SagalineEvent): Promise<void>;
  /** Makes the schedules of one repository exactly these. */
  syncSchedules(project: string, repository: string, schedules: PipelineSchedule[]): Promise<ScheduleSync>;
  /** Repositories that have schedules now, registered or not. */
  scheduledRepositories(project: string): Promise<string[]>;
  /**
   * Says when that execution (not a later one of the same id) has closed. When it has not, the attempt is completed once it
   * was terminated or timed out; ends of which a workflow tells by itself are found by the next attempt.
   */
  watch(holder: Pick<Holder, 'workflowId' | 'runId'>, attempt: AttemptRef): Promise<'closed' | 'watched'>;
}

/** An activity's attempt that is completed from outside it. */
export interface AttemptRef {
  taskToken: Uint8Array;
  /** How long the attempt lasts from now, in ms; then the server begins another one. */
  attemptMs: number;
}
