import { Writable } from 'node:stream';
import { Context } from '@temporalio/activity';
import type { StepLogs } from '../src/ports';

/**
 * Opens the log of a step. What cannot be stored of it is said in the worker's own log and fails nothing: what the step does
 * counts, not what is read about it.
 */
export async function openStepLog(logs: StepLogs, run: string, step: string): Promise<Writable> {
  const { log } = Context.current();
  const missed = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('the log of a step is not complete', { run, step, reason });
  };
  try {
    return (await logs.append(run, step)).on('error', missed);
  } catch (error) {
    missed(error);
    return new Writable({ write: (_chunk, _encoding, done) => done() });
  }
}
