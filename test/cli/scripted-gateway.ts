import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { operations } from '../../src/gateway/operations';
import { sagaline } from './capture';

/** One request as a gateway sees it. */
interface Asked {
  call: string;
  token: string | undefined;
  key: string | undefined;
  body: unknown;
}

/** What is answered: JSON, or whatever a function does with the response. */
export type Answer = { status?: number; json: unknown } | ((response: ServerResponse) => void);

/** Why a real gateway would not take this call: its own table says which calls there are, and what they take. */
function breach({ call, body }: Asked): string | undefined {
  const [method = '', target = ''] = call.split(' ');
  const path = target.replace(/\?.*$/, '');
  const operation = operations.find(
    (one) =>
      one.method === method.toLowerCase() && new RegExp(`^${one.path.replace(/:\w+/g, '[^/]+')}$`).test(path),
  );
  if (!operation) return `no gateway answers ${call}`;
  const query = Object.fromEntries(new URLSearchParams(target.slice(path.length)));
  return (operation.query?.safeParse(query).error ?? operation.body?.safeParse(body).error)?.message;
}

/** A gateway that gives the answers of a test, in order for each call; the last one again and again. */
export interface ScriptedGateway {
  url: string;
  asked: Asked[];
  stop: () => Promise<void>;
}

export async function scriptedGateway(
  script: Readonly<Record<string, readonly Answer[]>>,
): Promise<ScriptedGateway> {
  const asked: Asked[] = [];
  const answer = ({ call, ...request }: Asked, response: ServerResponse) => {
    const answers = script[call] ?? [];
    const before = asked.filter((one) => one.call === call).length;
    const asking = { call, ...request };
    asked.push(asking);
    const why = breach(asking) ?? (answers.length === 0 ? `the script has no ${call}` : undefined);
    const next =
      why === undefined
        ? (answers[Math.min(before, answers.length - 1)] ?? { json: null })
        : { status: 500, json: problem('Internal', 'Not as agreed', why) };
    if (typeof next === 'function') next(response);
    else {
      response.writeHead(next.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(next.json));
    }
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const call = `${request.method ?? ''} ${request.url ?? ''}`;
      const read = body === '' ? undefined : (JSON.parse(body) as unknown);
      const { authorization: token, 'idempotency-key': key } = request.headers;
      answer({ call, token, key: key?.toString(), body: read }, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const problem = (code: string, title: string, detail: string) => ({
  type: 'about:blank',
  title,
  status: 0,
  detail,
  code,
  whatToDo: 'Do something else.',
});

/** A run as `GET /runs/:id` answers it. */
export const runAnswer = (change: Record<string, unknown> = {}) => ({
  id: 'run:default:acme%2Fshop:deliver:4f2a',
  pipeline: 'deliver',
  repository: 'acme/shop',
  service: 'shop',
  environment: 'production',
  commit: '0123456789abcdef0123456789abcdef01234567',
  eventId: 'evt_x',
  status: 'succeeded',
  reason: null,
  steps: [{ id: 'build', uses: 'shell', status: 'succeeded', detail: 'took 1.0 s' }],
  compensations: [],
  links: {},
  ...change,
});

/** Executes a command before a gateway with these answers, and tells what it asked. */
export async function sagalineBefore(
  script: Readonly<Record<string, readonly Answer[]>>,
  words: readonly string[],
) {
  const gateway = await scriptedGateway(script);
  const environment = { SAGALINE_URL: gateway.url, SAGALINE_TOKEN: 'a-token-of-the-tests' };
  try {
    return { ...(await sagaline(words, { environment })), asked: gateway.asked };
  } finally {
    await gateway.stop();
  }
}
