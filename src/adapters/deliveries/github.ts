import { SagalineError } from '../../domain/errors';
import { attemptOf, listedDeliveries } from '../../domain/github-deliveries';
import { plainLine, shortened } from '../../domain/plain-line';
import { redacted } from '../../domain/redacted';
import type { HookSettings } from '../../domain/redelivery-schema';
import type { DeliveryHost, DeliveryPage, HostAnswer, HttpAnswer, HttpClient } from '../../ports';
import { appToken } from './github-app';
import { isLimited, restAfter } from './github-limits';

/** Longest time in ms that the API may take to answer, and how much of its answer an error shows. */
const timeoutMs = 8_000;
const maxAnswer = 200;
/** The most that the API gives at once. */
const perPage = 100;

export interface GithubOptions {
  http: HttpClient;
  /** The token or the private key that this credential names; throws where there is none. */
  secretOf: (credential: string) => Promise<string>;
}

/** Deliveries of GitHub's webhooks: https://docs.github.com/rest/repos/webhooks, of organisations and apps too. */
export class GithubDeliveries implements DeliveryHost {
  constructor(private readonly options: GithubOptions) {}

  async page(hook: HookSettings, cursor: string | null, signal?: AbortSignal): Promise<DeliveryPage> {
    const query = new URLSearchParams({ per_page: String(perPage), ...(cursor !== null && { cursor }) });
    const { answer, restMs } = await this.ask(hook, 'GET', `/deliveries?${query.toString()}`, signal);
    if (isLimited(answer)) return { isRefused: true, attempts: [], next: null, restMs };
    const isLost = cursor !== null && [400, 404, 422].includes(answer.status);
    if (answer.status !== 200) throw refusalOf(answer, isLost ? 'NotFound' : 'CallFailed');
    return { isRefused: false, attempts: attemptsOf(answer), next: nextCursor(answer), restMs };
  }

  async askFor(hook: HookSettings, attempt: string, signal?: AbortSignal): Promise<HostAnswer> {
    const path = `/deliveries/${encodeURIComponent(attempt)}/attempts`;
    const { answer, restMs } = await this.ask(hook, 'POST', path, signal);
    const { status } = answer;
    if (isLimited(answer)) return { isRefused: true, restMs };
    // The hook itself was found just before.
    if ([404, 410, 422].includes(status)) throw refusalOf(answer, 'NotFound');
    if (status < 200 || status > 299) throw refusalOf(answer);
    return { isRefused: false, restMs };
  }

  private async ask(
    { url, credential, app }: HookSettings,
    method: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<{ answer: HttpAnswer; restMs: number }> {
    const secret = await this.options.secretOf(credential);
    const token = app === undefined ? secret : appToken(app, secret, Date.now());
    const headers = {
      Accept: 'application/vnd.github+json',
      'X-GitHub-Api-Version': '2022-11-28',
      Authorization: `Bearer ${token}`,
    };
    const secrets = [token, secret];
    const answer = await this.options.http.call(
      { method, url: `${url}${path}`, headers, timeoutMs, secrets },
      signal,
    );
    const shown = { ...answer, body: answer.status === 200 ? answer.body : redacted(answer.body, secrets) };
    return { answer: shown, restMs: restAfter(answer, Date.now()) };
  }
}

function attemptsOf({ body }: HttpAnswer) {
  try {
    return listedDeliveries(body).map(attemptOf);
  } catch (error) {
    throw new SagalineError('CallFailed', 'github answered 200 with what is no list of deliveries', {
      cause: error,
    });
  }
}

/** Only the cursor is taken from the link: the token goes where sagaline.yaml says and nowhere else. */
function nextCursor({ headers }: HttpAnswer): string | null {
  const link = /<([^<>]*)>\s*;[^<]*\brel="?next\b/.exec(headers['link'] ?? '')?.[1] ?? '';
  return URL.canParse(link) ? new URL(link).searchParams.get('cursor') : null;
}

function refusalOf(
  { status, body }: HttpAnswer,
  code: 'CallFailed' | 'NotFound' = 'CallFailed',
): SagalineError {
  const said = shortened(plainLine(body), maxAnswer);
  return new SagalineError(code, `github answered ${String(status)}${said === '' ? '' : `: ${said}`}`);
}
