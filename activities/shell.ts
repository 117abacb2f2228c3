import { Context } from '@temporalio/activity';
import type { Contact } from '../src/contact';
import type {
  BlobStore,
  Configuration,
  Repositories,
  SecretSource,
  StepIsolation,
  StepLogs,
} from '../src/ports';
import { pack } from './archive';
import { withAttention } from './attention';
import { restoreCache, saveCache } from './cache';
import { withLease } from './lease';
import { type Limits, runScript } from './script';
import { secretsOf } from './secrets';
import { openStepLog } from './step-log';
import { withWorkspace, type Workspace, type WorkspaceContent } from './workspace';

export interface ShellInput extends WorkspaceContent {
  run: string;
  step: string;
  phase: 'before' | 'step' | 'compensate';
  ref: string | null;
  /** `pull`: number of the pull request, where the run is of one. */
  change: { repository: string; ref: string | null; pipeline: string; kind: string; pull?: number };
  script: string;
  env: Record<string, string>;
  timeoutMs: number;
  /** Patterns of the files that later steps need. */
  collect: string[];
  cache: { key: string; paths: string[] } | null;
  environment: string | null;
  secrets: string[];
  /** Exit codes after which the step is not tried again. */
  finalExitCodes?: number[];
}

export interface ShellResult {
  /** The end of what the script printed, without secrets. */
  output: string;
  /** Digest of the archive of what `collect` matched. */
  artifact: string | null;
  durationMs: number;
}

export interface ShellPorts {
  configuration: Configuration;
  repositories: Repositories;
  blobs: BlobStore;
  secrets: SecretSource;
  logs: StepLogs;
  isolation: StepIsolation;
  workFolder: string;
  path: string;
  contact: Contact;
}

/** Runs one script in a fresh workspace; at least once, with a key in its environment that stays the same. */
export function createShell(ports: ShellPorts) {
  return function runShell(input: ShellInput): Promise<ShellResult> {
    return withAttention((attention) =>
      withLease(ports.contact, async (lease) => {
        const secrets = await secretsOf(ports, input);
        return withWorkspace(ports, input, async (workspace) => {
          const missed = await restoreCache(ports.blobs, input, workspace.source);
          const result = await executeLogged(ports, input, workspace, secrets, { attention, lease });
          if (missed) await saveCache(ports.blobs, missed, workspace.source);
          const artifact =
            input.collect.length > 0 ? await pack(ports.blobs, workspace.source, input.collect) : null;
          return { ...result, artifact };
        });
      }),
    );
  };
}

async function executeLogged(
  ports: ShellPorts,
  input: ShellInput,
  workspace: Workspace,
  secrets: Record<string, string>,
  limits: Limits,
): Promise<{ output: string; durationMs: number }> {
  const log = await openStepLog(ports.logs, input.run, input.step);
  const { attempt } = Context.current().info;
  log.write(`--- ${input.phase}, attempt ${attempt}\n`);
  try {
    const command = ports.isolation.command({
      ...workspace,
      script: input.script,
      cwd: workspace.source,
      env: { ...baseEnvironment(ports.path, workspace, input, attempt), ...input.env, ...secrets },
    });
    return await runScript(
      {
        ...command,
        secrets: Object.values(secrets),
        timeoutMs: input.timeoutMs,
        finalExitCodes: input.finalExitCodes ?? [],
      },
      log,
      limits,
    );
  } finally {
    await new Promise<void>((resolve) => log.end(resolve));
  }
}

function baseEnvironment(path: string, { home, temporary }: Workspace, input: ShellInput, attempt: number) {
  return {
    PATH: path,
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    CI: 'true',
    SAGALINE_RUN: input.run,
    SAGALINE_STEP: input.step,
    SAGALINE_KEY: `${input.run}/${input.step}/${input.phase}`,
    SAGALINE_ATTEMPT: String(attempt),
    SAGALINE_REPOSITORY: input.repository,
    SAGALINE_COMMIT: input.commit,
    SAGALINE_REF: input.ref ?? '',
  };
}
