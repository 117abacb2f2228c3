import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from 'pino';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Log of the Temporal SDK in our own log; the task token is long and helps nobody. */
export function temporalLogger(log: Logger): TemporalLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    const error: unknown = meta?.['error'];
    const known = { ...meta, taskToken: undefined, error: undefined };
    log[levels[level]]({ ...known, ...(error instanceof Error && { err: error }) }, message);
  });
}
