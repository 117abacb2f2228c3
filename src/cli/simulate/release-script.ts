import { milliseconds } from '../../domain/duration';
import type { Backend, DesiredTraffic, Fence, Release } from '../../domain/release';
import type { Call } from './calls';
import { Failing } from './failing';
import { measurements } from './metrics';
import type { Outcomes } from './outcomes';
import type { Canary, Stage } from './stage';

/** What is live before the run. */
export const live: Release = {
  id: 'r-before',
  artifact: `sha256:${'0'.repeat(64)}`,
  configuration: `sha256:${'0'.repeat(64)}`,
  start: 'true',
  ready: '/',
  readyTimeoutMs: 1000,
  replicas: 1,
  env: {},
  secrets: [],
  commit: '0'.repeat(40),
  runId: 'before',
};

const backend = (release: Release, { generation }: Fence): Backend => ({
  instance: `${release.id}.${String(generation)}`,
  release,
  ports: [1],
});

/** Activities that act on lanes, by name. */
export function releaseScript({ fail, inconclusive }: Outcomes, stage: Stage) {
  const weights = new Map<string, number>();
  /** Since when the metric source of a canary has had no data, in ms of simulated time. */
  const silentSince = new Map<string, number>();

  const failsAt = ({ id, with: { weights: all } }: Canary, weight: number): boolean =>
    fail.some((one) => one.step === id && (one.weight ?? all[0] ?? 100) === weight);

  const measure = (step: Canary, at: number) => {
    const weight = weights.get(step.id) ?? 0;
    if (failsAt(step, weight)) return measurements(step.with, false);
    if (!inconclusive.includes(step.id)) return measurements(step.with, true);
    const since = silentSince.get(step.id) ?? at;
    silentSince.set(step.id, since);
    const { patience, interval, onInconclusive } = step.with;
    // Asked once more after people were told: from now on nothing changes until one of them decides.
    const told = Math.max(milliseconds(patience), milliseconds(interval)) + milliseconds(interval);
    if (onInconclusive === 'wait' && at - since > told) stage.holdForGood();
    return [];
  };

  return {
    deployCandidate({ input, workflowId }: Call) {
      const { fence, release } = input as { fence: Fence; release: Release };
      const step = stage.canary(workflowId);
      if (step?.with.checks.length === 0 && failsAt(step, step.with.weights[0] ?? 100)) {
        throw new Failing('NotReady', 'never answered its readiness probe', true);
      }
      return { candidate: backend(release, fence), stable: backend(live, { generation: 0, sequence: 0 }) };
    },
    shiftTraffic({ input, workflowId, at }: Call) {
      const { traffic } = input as { traffic: DesiredTraffic };
      const step = stage.canary(workflowId);
      if (!step) return;
      weights.set(step.id, traffic.weight);
      silentSince.delete(step.id);
      const isPromoted = traffic.stable?.release.id !== live.id;
      const detail = traffic.candidate
        ? `${String(traffic.weight)} % to the candidate`
        : isPromoted
          ? 'all to the candidate'
          : 'all back to stable';
      stage.note({ at, step: step.id, event: 'traffic', detail });
    },
    async measure({ workflowId, at }: Call) {
      const step = stage.canary(workflowId);
      const found = step ? measure(step, at) : [];
      if (step && failsAt(step, weights.get(step.id) ?? 0)) await stage.allBegun();
      return { lapsed: false, measurements: found, failure: null };
    },
    settleLane: () => undefined,
    inspectLane: () => ({ generation: 1, live, earlier: [] }),
  };
}
