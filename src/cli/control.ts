import type { z } from 'zod';
import { problemSchema } from './answers';
import { CommandEnd, exitCodes } from './terminal';

/** Longest time in ms for one answer: an operator action waits for the worker that executes it. */
const answerMs = 60_000;

/** The control API of one gateway. Every call throws Unanswered when there is no answer, and Refused for an error. */
export interface Control {
  get: <T extends z.ZodType>(path: string, schema: T) => Promise<z.output<T>>;
  post: <T extends z.ZodType>(
    path: string,
    body: unknown,
    schema: T,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<z.output<T>>;
  /** A text as it grows; ends when the gateway ends it, throws Unanswered when it breaks off. */
  stream: (path: string, init?: RequestInit) => AsyncGenerator<Uint8Array>;
}

/** The gateway gave no answer, or one that says to come back later: asking again can help. */
export class Unanswered extends CommandEnd {
  constructor(message: string) {
    super(exitCodes.refused, message);
  }
}

/** The gateway said no. */
export class Refused extends CommandEnd {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(exitCodes.refused, message);
  }
}

/** Speaks to the gateway at `url` with a bearer token. */
export function createControl(url: string, token: string): Control {
  const base = url.replace(/\/+$/, '');

  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(`${base}${path}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${token}` },
      // A redirect could lead the token to another host.
      redirect: 'error',
    }).catch((error: unknown) => {
      throw new Unanswered(`No gateway answers at ${base}: ${why(error)}.\n${whereToLook}`);
    });
    if (!answer.ok) throw await refusal(answer);
    return answer;
  };

  const read = async <T extends z.ZodType>(path: string, schema: T, init: RequestInit = {}) => {
    const answer = await call(path, { ...init, signal: AbortSignal.timeout(answerMs) });
    const text = await answer.text().catch((error: unknown) => {
      throw new Unanswered(`The answer of ${base} broke off: ${why(error)}.`);
    });
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new CommandEnd(exitCodes.refused, `What answers at ${base}${path} is no gateway of this version.`);
  };

  return {
    get: read,
    post: (path, body, schema, headers = {}) =>
      read(path, schema, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async *stream(path, init) {
      const { body } = await call(path, init);
      if (!body) return;
      try {
        for await (const chunk of body) yield chunk as Uint8Array;
      } catch (error) {
        throw new Unanswered(`The answer of ${base} broke off: ${why(error)}.`);
      }
    },
  };
}

const whereToLook =
  'Start the platform with `npm start`, or name another gateway with --url or SAGALINE_URL.';

/** What a person reads about an error of the gateway: what it is, what exactly, what to do. */
async function refusal(answer: Response): Promise<Unanswered | Refused> {
  const text = await answer.text().catch(() => '');
  const problem = problemSchema.safeParse(jsonOf(text));
  if (!problem.success)
    return new Unanswered(`${answer.url} answered ${String(answer.status)}.\n${whereToLook}`);
  const { title, detail, whatToDo, code } = problem.data;
  const message = `${title}: ${detail}\n${whatToDo}`;
  return answer.status === 503 || answer.status === 429
    ? new Unanswered(message)
    : new Refused(message, code);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node puts the reason of a failed fetch into its cause. */
function why(error: unknown): string {
  const { name, cause = error } = error as { name?: string; cause?: unknown };
  if (name === 'TimeoutError') return `nothing within ${String(answerMs / 1000)} s`;
  const { code, message } = cause as Partial<NodeJS.ErrnoException>;
  return code ?? message ?? String(cause);
}
