import autocannon from 'autocannon';
import type { Answer } from './answers';

/**
 * A process of its own, so that what it measures does not wait for the demo's other work. autocannon sends a rate as
 * one burst a second for each of its instances; many instances, started one after another, make a steady stream.
 */
const instances = 20;
const reportEveryMs = 100;
const timeoutSeconds = 10;

/** Longer than any demo: the end comes from the parent. */
const durationSeconds = 24 * 3600;

const answers: Answer[] = [];
const running: autocannon.Instance[] = [];

/** Milliseconds since the epoch, with fractions. */
const now = (): number => performance.timeOrigin + performance.now();

/** The parser gives headers as a flat list of names and values. */
function headerOf(parsed: unknown, name: string): string | null {
  const list: unknown = typeof parsed === 'object' && parsed && 'headers' in parsed ? parsed.headers : [];
  if (!Array.isArray(list)) return null;
  const at = list.findIndex((part, index) => index % 2 === 0 && String(part).toLowerCase() === name);
  return at < 0 ? null : String(list[at + 1]);
}

/** Follows one connection, on which requests never overlap: one that is sent while another is open means that that one was lost. */
function record(client: autocannon.Client): void {
  let sentAt: number | undefined;
  let version: string | null = null;
  (client as NodeJS.EventEmitter).on('request', () => {
    if (sentAt !== undefined) answers.push({ at: sentAt, status: 0, version: null, ms: now() - sentAt });
    sentAt = now();
    version = null;
  });
  client.on('headers', (parsed) => {
    version = headerOf(parsed, 'x-shop-version');
  });
  client.on('response', (status) => {
    const at = now();
    answers.push({ at, status, version, ms: at - (sentAt ?? at) });
    sentAt = undefined;
  });
}

function begin(url: string, rate: number): void {
  const options = {
    url,
    connections: 1,
    connectionRate: rate,
    duration: durationSeconds,
    timeout: timeoutSeconds,
    ignoreCoordinatedOmission: true,
    setupClient: record,
  };
  const instance = autocannon(options, (error: unknown) => {
    if (error instanceof Error) throw error;
  });
  running.push(instance);
}

function report(): void {
  if (answers.length > 0) process.send?.(answers.splice(0));
}

function end(): void {
  for (const instance of running) instance.stop();
  report();
  process.disconnect();
  process.exit(0);
}

const [url = '', perSecond = ''] = process.argv.slice(2);
for (let at = 0; at < instances; at++) {
  setTimeout(begin, (at * 1000) / instances, url, Number(perSecond) / instances);
}
setInterval(report, reportEveryMs);
process.once('message', end);
// The parent is gone, however it ended.
process.once('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole terminal: the parent says when to stop, so that its last numbers are complete.
process.on('SIGINT', () => undefined);
