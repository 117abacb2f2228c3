import { lookup as systemLookup } from 'node:dns/promises';
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { SagalineError } from '../../domain/errors';
import { redacted } from '../../domain/redacted';
import type { Configuration, HttpAnswer, HttpCall, HttpClient } from '../../ports';
import { refusal } from './addresses';

interface Address {
  address: string;
  family: number;
}

/** All addresses of a name; rejects when it has none. */
export type Lookup = (name: string) => Promise<Address[]>;

/** Bytes of an answer that are read. */
const maxBodyBytes = 64 * 1024;

/** Headers that belong to the connection: another value would let a call speak to somebody else than its url says. */
const ownHeaders = ['connection', 'content-length', 'host', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Outgoing calls over node:http and node:https, to the public internet and to what `network.allow` names. */
export class NodeHttpClient implements HttpClient {
  constructor(
    private readonly configuration: Configuration,
    private readonly lookup: Lookup = (name) => systemLookup(name, { all: true }),
  ) {}

  /** Throws Malformed for what is no HTTP call, NotAllowed for a refused address and CallFailed when there is no answer. */
  async call(call: HttpCall, signal?: AbortSignal): Promise<HttpAnswer> {
    const limit = AbortSignal.timeout(call.timeoutMs);
    try {
      return await this.answer(call, signal ? AbortSignal.any([signal, limit]) : limit);
    } catch (error) {
      signal?.throwIfAborted();
      const { code, detail } =
        error instanceof SagalineError
          ? error
          : { code: 'CallFailed' as const, detail: failureOf(call, error, limit) };
      // Without its cause: that one could carry a secret into a history.
      throw new SagalineError(code, redacted(detail, call.secrets));
    }
  }

  private async answer(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const url = urlOf(call);
    return exchange(call, url, await unlessStopped(this.permitted(url), signal), signal);
  }

  /** The addresses that the call may use: the name is asked for once, so that no later answer can point elsewhere. */
  private async permitted({ hostname }: URL): Promise<Address[]> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const found = family === 0 ? await this.lookup(host) : [{ address: host, family }];
    const { network } = await this.configuration.current();
    const judged = found.map((address) => ({ address, why: refusal(address.address, network.allow) }));
    const permitted = judged.filter(({ why }) => why === undefined).map(({ address }) => address);
    if (permitted.length > 0) return permitted;
    const [refused] = judged;
    if (refused === undefined) throw new Error(`${host} has no address`);
    const { address } = refused.address;
    const named = address === host ? address : `${host} (${address})`;
    throw new SagalineError(
      'NotAllowed',
      `${named} is ${refused.why ?? 'refused'}; \`network.allow\` of sagaline.yaml can permit it`,
    );
  }
}

function urlOf({ url, headers }: HttpCall): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
    throw new SagalineError('Malformed', 'the url of the call is no http or https url');
  const own = Object.keys(headers).filter((name) => ownHeaders.includes(name.toLowerCase()));
  if (own.length > 0) throw new SagalineError('Malformed', `the header ${own.join(', ')} cannot be set`);
  return parsed;
}

/** One request and its answer. A redirect is an answer like any other. */
function exchange(
  { method, headers, body }: HttpCall,
  url: URL,
  addresses: Address[],
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  const content = body === undefined ? undefined : Buffer.from(body);
  const options: RequestOptions & { rejectUnauthorized: boolean } = {
    method,
    headers: {
      'user-agent': 'sagaline',
      'accept-encoding': 'identity',
      ...headers,
      ...(content && { 'content-length': content.length }),
    },
    // A connection of its own: a kept one could have been made for another name.
    agent: false,
    lookup: pinned(addresses),
    rejectUnauthorized: true,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = send(url, options, (response) => {
      const { statusCode = 0, headers } = response;
      textOf(response).then(
        (text) => resolve({ status: statusCode, headers: plainHeaders(headers), body: text }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(content);
  });
}

/** Each header once: only set-cookie comes as a list, and nobody here keeps cookies. */
const plainHeaders = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

/** Answers every question for an address with those that were judged. */
function pinned(addresses: Address[]): LookupFunction {
  return (_name, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    // Leaving the loop closes the connection, so that an endless answer costs nothing.
    if (length >= maxBodyBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBodyBytes).toString('utf8');
}

function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Names method and host only: the rest of a url is often the secret itself. */
function failureOf({ method, url, timeoutMs }: HttpCall, error: unknown, limit: AbortSignal): string {
  // Where several addresses were tried, each has its own error.
  const [first = error] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const why = first instanceof Error ? first.message : String(first);
  const { origin } = new URL(url);
  return `${method} ${origin}: ${limit.aborted ? `no answer within ${String(timeoutMs / 1000)} s` : why}`;
}
