import { SagalineError } from '../../domain/errors';
import { laneName } from '../../domain/identity';
import { redactor } from '../../domain/redact';
import type { LaneRef, Release } from '../../domain/release';
import { type Launched, terminate } from './launch';
import { tail } from './log-file';
import type { PortPool } from './port-pool';
import { isReady } from './readiness';

interface ReplicaStart {
  release: Release;
  lane: LaneRef;
  /** Values that may appear in no message. */
  secrets: string[];
  log: string;
  ports: PortPool;
  launch: (port: number) => Promise<Launched>;
  /** Aborted when the instance is to end; its reason is what the start then throws. */
  ending: AbortSignal;
}

const tailBytes = 2000;
const portAttempts = 3;

/** Starts a process and waits for its first good answer; on a lost race for its port it tries another one. */
export async function startReplica(start: ReplicaStart): Promise<{ process: Launched; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    start.ending.throwIfAborted();
    const port = await start.ports.take();
    const process = await start.launch(port);
    const outcome = await firstAnswer(process, port, start);
    if (outcome === 'ready') return { process, port };
    await terminate(process);
    start.ports.giveBack(port);
    start.ending.throwIfAborted();
    const log = await tail(start.log, tailBytes);
    if (attempt === portAttempts || !log.includes('EADDRINUSE')) throw notReady(start, outcome, log);
  }
}

type Outcome = 'ready' | 'silent' | 'exited';

async function firstAnswer(
  process: Launched,
  port: number,
  { release, ending }: ReplicaStart,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(release.readyTimeoutMs);
  const exit = new AbortController();
  const watch = () => {
    exit.abort();
  };
  process.exited.then(watch, watch);
  const answered = await isReady(port, release.ready, AbortSignal.any([timeout, exit.signal, ending]));
  if (exit.signal.aborted) return 'exited';
  return answered ? 'ready' : 'silent';
}

function notReady({ release, lane, secrets }: ReplicaStart, outcome: Outcome, log: string): SagalineError {
  const how =
    outcome === 'exited'
      ? 'ended before it answered'
      : `gave no 2xx within ${String(release.readyTimeoutMs / 1000)} s to`;
  const redact = redactor(secrets);
  const safe = redact.push(log) + redact.end();
  const end = safe === '' ? 'its log is empty' : `the end of its log:\n${safe}`;
  return new SagalineError(
    'NotReady',
    `release ${release.id} of ${laneName(lane)} ${how} GET ${release.ready} on its $PORT; ${end}`,
  );
}
