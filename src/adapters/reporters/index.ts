import type { ReportKind } from '../../domain/configuration';
import { SagalineError } from '../../domain/errors';
import { plainLine, shortened } from '../../domain/plain-line';
import { redacted } from '../../domain/redacted';
import type { Configuration, HttpClient, ReportedStatus, StatusReporter } from '../../ports';
import { gitea } from './gitea';
import { github } from './github';
import { gitlab } from './gitlab';
import type { Vendor } from './vendor';

const vendors: Readonly<Record<ReportKind, Vendor>> = { github, gitlab, gitea };

/** Longest time in ms that a host may take to answer, and how much of its answer an error shows. */
const timeoutMs = 8_000;
const maxAnswer = 200;

export interface ReporterOptions {
  http: HttpClient;
  /** The value of a `${env:NAME}` reference. */
  secret: (reference: string) => string;
}

/** Tells each repository's host as `report` of sagaline.yaml says. */
export class ConfiguredReporter implements StatusReporter {
  constructor(
    private readonly configuration: Configuration,
    private readonly options: ReporterOptions,
  ) {}

  async report(status: ReportedStatus, signal: AbortSignal): Promise<void> {
    const { repositories, credentials } = await this.configuration.current();
    const settings = repositories.find(({ name }) => name === status.repository)?.report;
    const credential = credentials.find(({ name }) => name === settings?.credential);
    if (!settings || !credential)
      throw new SagalineError('NotFound', `sagaline.yaml names no \`report\` for ${status.repository}`);
    const token = this.options.secret(credential.secret);
    const vendor = vendors[settings.kind];
    const { url, headers, body } = vendor.request(settings.url.replace(/\/+$/, ''), token, status);
    const answer = await this.options.http.call(
      {
        ...{ method: 'POST', url, timeoutMs, secrets: [token] },
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      },
      signal,
    );
    if ((answer.status >= 200 && answer.status <= 299) || vendor.hasIt?.(answer, status)) return;
    throw new SagalineError('CallFailed', refusalOf(settings.kind, answer, token));
  }
}

/** What the host says is often the only hint at what is missing; the token is no part of it. */
function refusalOf(
  kind: ReportKind,
  { status, body }: { status: number; body: string },
  token: string,
): string {
  const said = shortened(plainLine(redacted(body, [token])), maxAnswer);
  return `${kind} answered ${String(status)}${said === '' ? '' : `: ${said}`}`;
}
