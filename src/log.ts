import { destination, type Logger, pino } from 'pino';

/** Log of one process, as JSON lines on standard error: standard output belongs to what people asked for. */
export function createLog(name: string, level: string): Logger {
  return pino({ name, level }, destination({ dest: 2, sync: true }));
}
