import type { TestWorkflowEnvironment } from '@temporalio/testing';

/** The test server's clock: it skips over every wait while nothing holds it. */
export interface Clock {
  /** Simulated time in ms since 1970. */
  now: () => Promise<number>;
  /** Lets time pass by so many ms, with all that happens meanwhile; it stands still afterwards. */
  pass: (ms: number) => Promise<void>;
  /** Lets one holder fewer hold the time. A server begins with one. */
  release: () => Promise<void>;
  /** Takes one release back. */
  hold: () => Promise<void>;
}

/** The clock of a time-skipping server. Throws for any other server. */
export function clockOf({ connection }: TestWorkflowEnvironment): Clock {
  const { testService } = connection;
  if (!testService) throw new Error('the server cannot skip time');
  return {
    async now() {
      const { time } = await testService.getCurrentTime({});
      return Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1e6);
    },
    async pass(ms) {
      const [seconds, rest] = [Math.floor(ms / 1000), ms % 1000];
      await testService.unlockTimeSkippingWithSleep({ duration: { seconds, nanos: rest * 1e6 } } as never);
    },
    async release() {
      await testService.unlockTimeSkipping({});
    },
    async hold() {
      await testService.lockTimeSkipping({});
    },
  };
}
