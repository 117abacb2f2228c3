import { Agent, get } from 'node:http';
import type { Answer } from './answers';

/** A process of its own, so that what it measures does not wait for the demo's other work. */
const reportEveryMs = 100;
const timeoutMs = 10_000;
const lookEveryMs = 5;

const answers: Answer[] = [];
const agent = new Agent({ keepAlive: true });

/** Sends one request, whatever became of those before it, and notes its answer or that there was none. */
function send(url: string): void {
  const sentAt = Date.now();
  const begun = performance.now();
  const note = (status: number, version: string | null) => {
    const ms = performance.now() - begun;
    answers.push({ at: status === 0 ? sentAt : sentAt + ms, status, version, ms });
  };
  const request = get(url, { agent, timeout: timeoutMs });
  request.once('timeout', () => request.destroy());
  request.on('error', () => undefined);
  let isAnswered = false;
  request.once('response', (response) => {
    isAnswered = true;
    const version = response.headers['x-shop-version'];
    response.on('error', () => undefined);
    response.once('close', () => {
      note(response.complete ? (response.statusCode ?? 0) : 0, typeof version === 'string' ? version : null);
    });
    response.resume();
  });
  request.once('close', () => {
    if (!isAnswered) note(0, null);
  });
}

/** Sends at a steady rate from now on; after a pause of this process, what is due at once. */
function begin(url: string, perSecond: number): void {
  const begun = performance.now();
  let sent = 0;
  setInterval(() => {
    for (const due = ((performance.now() - begun) / 1000) * perSecond; sent < due; sent++) send(url);
  }, lookEveryMs);
}

function report(): void {
  if (answers.length > 0) process.send?.(answers.splice(0));
}

function end(): void {
  report();
  process.disconnect();
  process.exit(0);
}

const [url = '', perSecond = ''] = process.argv.slice(2);
begin(url, Number(perSecond));
setInterval(report, reportEveryMs);
process.once('message', end);
// The parent is gone, however it ended.
process.once('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole terminal: the parent says when to stop, so that its last numbers are complete.
process.on('SIGINT', () => undefined);
