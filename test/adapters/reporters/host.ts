import { NodeHttpClient } from '../../../src/adapters/http/client';
import { ConfiguredReporter } from '../../../src/adapters/reporters';
import { parseConfiguration } from '../../../src/domain/configuration-file';
import type { ReportedStatus } from '../../../src/ports';
import { type Asked, startServer } from '../http/server';

export const commit = 'c0ffee'.padEnd(40, '0');
export const token = 'pa55word-of-the-bot';

export const status: ReportedStatus = {
  repository: 'acme/shop',
  commit,
  context: 'sagaline/deliver',
  state: 'success',
  description: 'succeeded',
  url: 'https://sagaline.example/runs/1',
};

export interface Answer {
  code: number;
  body: string;
}

/** A host of repositories that answers as told, and the reporter for it; `base` is the path of its API. */
export async function startHost(kind: string, base: string, answer: (asked: Asked) => Answer) {
  const server = await startServer((_, response) => {
    const { code, body } = answer(server.asked.at(-1)!);
    // Only an answer of 3xx gives it a meaning.
    response.writeHead(code, { location: 'http://127.0.0.1:1/' }).end(body);
  });
  const text = (allow: string) => `apiVersion: sagaline/v1
network: { allow: [${allow}] }
repositories:
  - name: acme/shop
    url: /unused
    report: { kind: ${kind}, url: "${server.origin}${base}", credential: bot }
  - name: acme/group/web
    url: /unused
    report: { kind: ${kind}, url: "${server.origin}${base}/", credential: bot }
  - { name: acme/quiet, url: /unused }
credentials: [{ name: bot, host: "127.0.0.1:${String(server.port)}", secret: "\${env:BOT}" }]
`;
  const reporter = (allow = '127.0.0.0/8') => {
    const configuration = {
      current: () => Promise.resolve(parseConfiguration('sagaline.yaml', text(allow))),
    };
    const secret = (reference: string) => (reference === '${env:BOT}' ? token : '');
    return new ConfiguredReporter(configuration, { http: new NodeHttpClient(configuration), secret });
  };
  const { signal } = new AbortController();
  return {
    asked: server.asked,
    report: (change: Partial<ReportedStatus> = {}, allow?: string) =>
      reporter(allow).report({ ...status, ...change }, signal),
    close: server.close,
  };
}

/** An answer in JSON. */
export const answered = (code: number, body: unknown): Answer => ({ code, body: JSON.stringify(body) });
