import { Context } from '@temporalio/activity';
import { SagalineError } from '../src/domain/errors';
import { redacted } from '../src/domain/redacted';
import type { Attention, CustomStepDefinition, CustomSteps } from '../src/ports';
import { withAttention } from './attention';
import { openCustomLog } from './custom-log';
import { type CustomResult, resultOf } from './custom-result';
import { type SecretRequest, secretsOf } from './secrets';
import type { ShellPorts } from './shell';
import { openStepLog } from './step-log';
import { withWorkspace, type Workspace, type WorkspaceContent } from './workspace';

export interface CustomInput extends WorkspaceContent, SecretRequest {
  run: string;
  step: string;
  phase: 'step' | 'compensate';
  ref: string | null;
  /** Name under which sagaline.yaml registers the step. */
  action: string;
  with: unknown;
  /** What the step returned, for its undo; null when it never returned. */
  result: unknown;
  timeoutMs: number;
}

interface CustomPorts extends Omit<ShellPorts, 'path' | 'isolation' | 'contact'> {
  customSteps: CustomSteps;
}

/** Time in ms that user code has to end after it was told to stop. */
const stopWithinMs = 5000;

/** Characters of a failure that are shown. */
const maxFailure = 500;

/**
 * Runs a user-written step in a fresh workspace; at least once, with a key that stays the same. Throws InvalidPipeline for
 * an input that it does not accept, StepFailed or StepTimedOut.
 */
export function createRunCustom(ports: CustomPorts, graceMs = stopWithinMs) {
  return function runCustom(input: CustomInput): Promise<CustomResult> {
    return withAttention(async (attention) => {
      const definition = await definitionOf(ports.customSteps, input);
      const secrets = await secretsOf(ports, input);
      return withWorkspace(ports, input, (workspace) =>
        execute(ports, { definition, input, secrets, workspace, graceMs }, attention),
      );
    });
  };
}

async function definitionOf(steps: CustomSteps, input: CustomInput): Promise<CustomStepDefinition> {
  const known = await steps.load();
  const definition = known.get(input.action);
  if (!definition) {
    const names = known.size > 0 ? [...known.keys()].join(', ') : 'none';
    throw new SagalineError(
      'NotFound',
      `sagaline.yaml registers no step ${input.action}; it registers: ${names}`,
    );
  }
  const faults = definition.check(input.with);
  if (faults.length === 0) return definition;
  const lines = faults.map(({ path, message }) => `${['with', ...path].join('.')}: ${message}`);
  throw new SagalineError('InvalidPipeline', `${input.action}: ${lines.join('; ')}`);
}

interface Execution {
  definition: CustomStepDefinition;
  input: CustomInput;
  secrets: Record<string, string>;
  workspace: Workspace;
  graceMs: number;
}

async function execute(
  ports: CustomPorts,
  { definition, input, secrets, workspace, graceMs }: Execution,
  attention: Attention,
): Promise<CustomResult> {
  attention.signal.throwIfAborted();
  const { run, step, phase, repository, commit, result, timeoutMs } = input;
  const values = Object.values(secrets);
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([attention.signal, limit]);
  const log = openCustomLog(await openStepLog(ports.logs, run, step), values);
  log.write(`--- ${phase}, attempt ${String(Context.current().info.attempt)}`);
  const context = {
    ...{ key: `${run}/${step}/${phase}`, run, step, phase, repository, commit, result },
    ...{ directory: workspace.source, secrets, signal, log: log.write },
  };
  try {
    // Asynchronous, so that an error thrown at once is a rejection like any other.
    const working = (async () => definition.run(input.with, context))();
    const returned = await settled(working, signal, graceMs);
    attention.signal.throwIfAborted();
    limit.throwIfAborted();
    return resultOf(returned, values);
  } catch (error) {
    attention.signal.throwIfAborted();
    if (limit.aborted)
      throw new SagalineError('StepTimedOut', `took longer than ${String(timeoutMs / 1000)} s`);
    if (error instanceof SagalineError) throw error;
    log.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const message = error instanceof Error ? error.message : String(error);
    // Without its cause: its text could carry a secret into a history.
    throw new SagalineError('StepFailed', redacted(message, values).slice(0, maxFailure));
  } finally {
    await log.close();
  }
}

/** What the work ends with; rejects when it goes on for longer than the grace after it was told to stop. */
function settled<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      timer = setTimeout(() => reject(new Error('did not stop')), graceMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    });
  });
}
