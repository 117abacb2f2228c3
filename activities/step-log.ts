import type { Writable } from 'node:stream';
import { Context } from '@temporalio/activity';
import type { StepLogs } from '../src/ports';

/**
 * Opens the log of a step. What cannot be stored of it later is said in the worker's own log and fails nothing: what the step
 * does counts, not what is read about it.
 */
export async function openStepLog(logs: StepLogs, run: string, step: string): Promise<Writable> {
  const { log } = Context.current();
  const stream = await logs.append(run, step);
  return stream.on('error', (error) => {
    log.warn('the log of a step is not complete', { run, step, reason: error.message });
  });
}
