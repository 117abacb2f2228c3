import { GithubDeliveries } from '../adapters/deliveries/github';
import { readSettings } from '../config';
import { SagalineError } from '../domain/errors';
import type { DeliveryAttempt } from '../domain/redelivery';
import { isHookUrl } from '../domain/redelivery-schema';
import type { DeliveryHost, HttpClient } from '../ports';
import { CommandEnd, exitCodes, type Terminal } from './terminal';

/** A hook of GitHub that a person asks with a token of their own. */
export interface AskedHook {
  /** Everything that it still knows to have delivered, the newest first. */
  deliveries: () => Promise<DeliveryAttempt[]>;
  /** Asks for these attempts again, one after the other. */
  askFor: (attempts: readonly string[]) => Promise<void>;
}

/** The hook at this url. Throws CommandEnd when it is none or there is no token, and when GitHub does not answer as it should. */
export function openHook(url: string, terminal: Terminal): AskedHook {
  const token = readSettings(terminal.environment).environment['GITHUB_TOKEN'];
  if (!URL.canParse(url) || !/^https?:/.test(url) || !isHookUrl(url))
    throw new CommandEnd(
      exitCodes.usage,
      `--hook must be the URL of a hook in the API, such as https://api.github.com/repos/acme/shop/hooks/12345, not ${url}`,
    );
  if (!token)
    throw new CommandEnd(exitCodes.refused, `A token for ${new URL(url).host} is needed: GITHUB_TOKEN.`);
  const host = new GithubDeliveries({ http: fetching, secretOf: () => Promise.resolve(token) });
  const hook = { url, credential: 'GITHUB_TOKEN' };
  return {
    deliveries: () => told(() => allPages(host, hook)),
    askFor: (attempts) =>
      told(async () => {
        for (const attempt of attempts) refuseLimit(await host.askFor(hook, attempt));
      }),
  };
}

async function allPages(
  host: DeliveryHost,
  hook: { url: string; credential: string },
): Promise<DeliveryAttempt[]> {
  const attempts: DeliveryAttempt[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await host.page(hook, cursor ?? null);
    refuseLimit(page);
    attempts.push(...page.attempts);
    cursor = page.next;
  }
  return attempts;
}

function refuseLimit({ isRefused, restMs }: { isRefused: boolean; restMs: number }): void {
  if (!isRefused) return;
  const seconds = String(Math.ceil(restMs / 1_000));
  throw new CommandEnd(exitCodes.refused, `GitHub has a limit of its own: ask again in ${seconds} s.`);
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SagalineError) throw new CommandEnd(exitCodes.refused, error.detail);
    throw error;
  }
}

/** Calls from a person's own machine, to the host that they named. */
const fetching: HttpClient = {
  async call({ method, url, headers, timeoutMs }) {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await fetch(url, { method, headers, signal, redirect: 'manual' });
      const body = await answer.text();
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
    } catch (error) {
      const { cause = error } = error as { cause?: unknown };
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SagalineError('CallFailed', `${new URL(url).host} does not answer: ${why}`);
    }
  },
};
