import { z } from 'zod';
import { runStatuses } from '../../src/domain/run';
import { until } from './until';

const runSchema = z.object({
  id: z.string(),
  commit: z.string(),
  status: z.enum(runStatuses),
  reason: z.string().nullable(),
  steps: z.array(z.object({ id: z.string(), status: z.string(), detail: z.string().nullable() })),
  compensations: z.array(z.object({ step: z.string(), status: z.string() })),
});
const listSchema = z.object({ runs: z.array(z.object({ id: z.string() })) });
const laneSchema = z.object({
  generation: z.number(),
  live: z.object({ id: z.string(), commit: z.string() }).nullable(),
  earlier: z.array(z.object({ id: z.string(), commit: z.string() })),
  holder: z.unknown(),
  problem: z.string().nullable(),
  traffic: z.object({ weight: z.number(), candidate: z.unknown(), lapsed: z.boolean() }).nullable(),
});
export type RunSeen = z.infer<typeof runSchema>;
export type LaneSeen = z.infer<typeof laneSchema>;

const open = ['queued', 'running', 'waiting', 'needs-human'];
const timeoutMs = 10_000;

export const isClosed = ({ status }: RunSeen): boolean => !open.includes(status);

/** The gateway's HTTP API. */
export interface Api {
  /** One call as it is; `path` begins with a slash. */
  call: (path: string, init?: RequestInit) => Promise<Response>;
  runsOf: (commit: string) => Promise<string[]>;
  run: (id: string) => Promise<RunSeen>;
  lane: () => Promise<LaneSeen>;
  /** Waits for the run of a commit to satisfy the predicate; a platform that does not answer is asked again. */
  untilRun: (commit: string, predicate: (run: RunSeen) => boolean) => Promise<RunSeen>;
  untilLane: (predicate: (lane: LaneSeen) => boolean) => Promise<LaneSeen>;
}

class Unanswered extends Error {}

export function createApi(gateway: () => string, token: string): Api {
  const call: Api['call'] = (path, init = {}) =>
    fetch(`${gateway()}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
      signal: AbortSignal.timeout(timeoutMs),
    });
  const get = async <T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> => {
    const answer = await call(path).catch((error: unknown) => {
      throw new Unanswered(path, { cause: error });
    });
    const text = await answer.text();
    // Parts of the platform are dead on purpose: what is not known yet or cannot be known now is asked again.
    if (answer.status === 503 || answer.status === 404) throw new Unanswered(text);
    if (!answer.ok) throw new Error(`GET ${path} answered ${String(answer.status)}: ${text}`);
    return schema.parse(JSON.parse(text));
  };
  const run: Api['run'] = (id) => get(`/runs/${encodeURIComponent(id)}`, runSchema);
  const lane: Api['lane'] = () => get('/lanes/shop/production', laneSchema);
  const runsOf: Api['runsOf'] = async (commit) =>
    (await get(`/runs?commit=${commit}`, listSchema)).runs.map(({ id }) => id);
  return {
    call,
    runsOf,
    run,
    lane,
    untilRun: (commit, predicate) =>
      untilIt(`a run of ${commit}`, predicate, async () => {
        const [id] = await runsOf(commit);
        return id === undefined ? undefined : run(id);
      }),
    untilLane: (predicate) => untilIt('the lane', predicate, lane),
  };
}

/** Waits for something that satisfies the predicate; the error of a vain wait shows what was seen last. */
async function untilIt<T>(
  what: string,
  predicate: (seen: T) => boolean,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  let last: T | undefined;
  const look = async () => {
    try {
      last = await ask();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      return undefined;
    }
    return last !== undefined && predicate(last) ? last : undefined;
  };
  return until(what, look).catch((error: unknown) => {
    throw new Error(`${what} was last seen as ${JSON.stringify(last)}`, { cause: error });
  });
}
