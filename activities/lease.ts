import type { Writable } from 'node:stream';
import type { Contact } from '../src/contact';
import { SagalineError } from '../src/domain/errors';
import { beatMs, leaseMs } from '../src/guard';
import type { ProcessGroup } from '../src/process';

/**
 * Age in ms up to which a contact with Temporal counts. This, the guard's 4 to 6 s and the second between two heartbeats are less
 * than the heartbeat timeout of 10 s: a script has ended before Temporal gives its step to another worker.
 */
const freshMs = 2000;

/** The right to do a step's work, which is lost without contact with Temporal. */
export interface Lease {
  /** Lets the group live as long as the lease; it was started with `endingWithoutBeats`. */
  keep: (group: ProcessGroup) => void;
  /** Throws StepFailed when it was lost at any time. */
  check: () => void;
}

/** Does the work of an attempt that has just been given to this worker under its lease. */
export async function withLease<T>(contact: Contact, work: (lease: Lease) => Promise<T>): Promise<T> {
  const watch = contact.watch();
  let beats: Writable | undefined;
  let [looked, longestMs] = [performance.now(), 0];
  const look = () => {
    const now = performance.now();
    const age = watch.ageMs();
    // A process that stood still finds contact again before it notices how long it had none.
    longestMs = Math.max(longestMs, age, now - looked);
    looked = now;
    if (age < freshMs) beats?.write('\n');
  };
  const timer = setInterval(look, beatMs);
  const lease: Lease = {
    keep({ child }) {
      beats = child.stdio[3] as Writable;
      // The guard ends with its group, maybe while a beat is on its way.
      beats.on('error', () => undefined);
    },
    check() {
      look();
      if (longestMs >= leaseMs) throw lost(longestMs);
    },
  };
  try {
    return await work(lease);
  } finally {
    clearInterval(timer);
    watch.end();
  }
}

const lost = (ms: number): SagalineError =>
  new SagalineError(
    'StepFailed',
    `was given up: its worker had no contact with Temporal for ${Math.round(ms / 1000)} s, after which another one may take it over`,
  );
