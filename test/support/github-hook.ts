import { randomUUID } from 'node:crypto';
import { type Asked, startServer } from '../adapters/http/server';

/** A delivery as GitHub's documentation lists it; ids are numbers of 19 digits there. */
export interface Listed {
  id: string;
  guid: string;
  delivered_at: string;
  redelivery: boolean;
  status: string;
  status_code: number;
  event: string;
  action: string | null;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

interface HookOptions {
  token: string;
  /** Path of the hook in the API. */
  path?: string;
  /** Delivers an event again and returns what the receiver answered; undefined where nobody answers. */
  deliver?: (guid: string) => Promise<number | undefined>;
}

/** The part of GitHub's REST API that lists the deliveries of one hook and repeats them, on a port of its own. */
export async function startGithubHook({
  token,
  path = '/repos/acme/shop/hooks/12345',
  deliver = () => Promise.resolve(202),
}: HookOptions) {
  const deliveries: Listed[] = [];
  const behaviour: { reply?: ((asked: Asked) => Reply | undefined) | undefined } = {};
  let counter = 3_842_091_948_768_772_097n;

  const add = (change: Partial<Listed> = {}): Listed => {
    counter += 1n;
    const listed: Listed = {
      ...{ id: String(counter), guid: randomUUID(), delivered_at: new Date().toISOString() },
      ...{ redelivery: false, status: 'OK', status_code: 202, event: 'push', action: null },
      ...change,
    };
    deliveries.push(listed);
    deliveries.sort((one, other) => (one.delivered_at < other.delivered_at ? 1 : -1));
    return listed;
  };
  const list = (query: URLSearchParams): Reply => {
    const perPage = Number(query.get('per_page') ?? 30);
    const cursor = query.get('cursor');
    const from = cursor === null ? 0 : deliveries.findIndex(({ id }) => `v1_${id}` === cursor);
    if (from < 0 || perPage > 100) return { status: 422, body: '{"message":"Validation Failed"}' };
    const next = deliveries[from + perPage];
    const url = `https://api.github.com${path}/deliveries?per_page=${String(perPage)}&cursor=v1_${next?.id ?? ''}`;
    return {
      status: 200,
      ...(next && { headers: { Link: `<${url}>; rel="next"` } }),
      body: `[${deliveries
        .slice(from, from + perPage)
        .map(asJson)
        .join(',\n')}]`,
    };
  };
  const repeat = async (id: string): Promise<Reply> => {
    const { guid, event, action } = deliveries.find((one) => one.id === id) ?? {};
    if (guid === undefined || event === undefined || action === undefined)
      return { status: 404, body: '{"message":"Not Found"}' };
    const answer = await deliver(guid);
    const status_code = answer ?? 502;
    add({ guid, event, action, status_code, redelivery: true, status: statusOf(answer) });
    return { status: 202, body: '{}' };
  };
  const answer = async (asked: Asked): Promise<Reply> => {
    if (asked.headers.authorization !== `Bearer ${token}` || asked.headers['user-agent'] === undefined)
      return { status: 401, body: '{"message":"Bad credentials"}' };
    const { pathname, searchParams } = new URL(asked.url, 'http://api');
    if (asked.method === 'GET' && pathname === `${path}/deliveries`) return list(searchParams);
    const [, id] = /^\/deliveries\/(\d+)\/attempts$/.exec(pathname.slice(path.length)) ?? [];
    if (asked.method === 'POST' && pathname.startsWith(path) && id !== undefined) return repeat(id);
    return { status: 404, body: '{"message":"Not Found"}' };
  };
  const server = await startServer((_, response) => {
    const asked = server.asked.at(-1)!;
    void Promise.resolve(behaviour.reply?.(asked) ?? answer(asked)).then(({ status, headers, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
  });
  return {
    ...{ url: `${server.origin}${path}`, port: server.port, asked: server.asked },
    ...{ deliveries, behaviour, add, close: server.close },
    /** Ids of the attempts that were asked for again, in that order. */
    asks: () =>
      server.asked.flatMap(({ method, url }) =>
        method === 'POST' ? [/deliveries\/(\w+)\/attempts$/.exec(url)?.[1] ?? url] : [],
      ),
  };
}

export type GithubHook = Awaited<ReturnType<typeof startGithubHook>>;

const statusOf = (answer: number | undefined): string =>
  answer === undefined
    ? 'failed to connect to host'
    : answer === 200
      ? 'OK'
      : `Invalid HTTP Response: ${String(answer)}`;

/** Field by field as the documentation shows it, the id without its last digits being rounded. */
const asJson = ({ id, ...rest }: Listed): string =>
  JSON.stringify({
    id: 0,
    ...rest,
    ...{ duration: 0.27, installation_id: null, repository_id: 17, throttled_at: null },
  }).replace('"id":0', `"id": ${id}`);
