import { z } from 'zod';
import { runStatuses } from '../../src/domain/run';

const timed = {
  status: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  detail: z.string().nullable(),
};
const runSchema = z.object({
  id: z.string(),
  commit: z.string(),
  status: z.enum(runStatuses),
  reason: z.string().nullable(),
  steps: z.array(z.object({ id: z.string(), ...timed })),
  compensations: z.array(z.object({ step: z.string(), ...timed })),
});
const listSchema = z.object({ runs: z.array(z.object({ id: z.string() })) });
const laneSchema = z.object({
  live: z.object({ commit: z.string() }).nullable(),
  traffic: z.object({ weight: z.number(), candidate: z.unknown().nullable() }).nullish(),
});

/** The parts of a run that the demo reads. */
export type RunSeen = z.infer<typeof runSchema>;
/** When something began and ended, ISO 8601. */
export type Timed = Pick<RunSeen['steps'][number], 'startedAt' | 'finishedAt'>;
export type LaneSeen = z.infer<typeof laneSchema>;

/** The gateway's control API, as any operator has it. */
export interface Control {
  /** The id of the run that builds a commit; undefined while there is none. */
  runOf: (commit: string) => Promise<string | undefined>;
  run: (id: string) => Promise<RunSeen>;
  lane: (service: string, environment: string) => Promise<LaneSeen>;
}

const timeoutMs = 10_000;

/** Speaks to the gateway at `gateway` with its bearer token. Every call throws when the answer is not what the contract says. */
export function createControl(gateway: string, token: string, signal: AbortSignal): Control {
  const get = async <T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> => {
    const answer = await fetch(`${gateway}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET ${path} answered ${String(answer.status)}: ${text}`);
    return schema.parse(JSON.parse(text));
  };
  return {
    async runOf(commit) {
      const { runs } = await get(`/runs?commit=${commit}`, listSchema);
      return runs[0]?.id;
    },
    run: (id) => get(`/runs/${encodeURIComponent(id)}`, runSchema),
    lane: (service, environment) => get(`/lanes/${service}/${environment}`, laneSchema),
  };
}
