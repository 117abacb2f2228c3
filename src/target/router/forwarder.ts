import { HttpAgent } from 'agentkeepalive';
import { ProxyServer, type ServerOptions } from 'http-proxy-3';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { SagalineError } from '../../domain/errors';
import { sendProblem } from '../problem-response';
import type { Destination } from './balancer';

/** Node's servers close an idle connection after 5 s: ours are given up before, so that none is closed under a request. */
const idleConnectionMs = 4000;

/** Milliseconds without a byte from a release after which a request counts as failed. */
const silenceMs = 120_000;

/** What becomes of one request at one destination; called once. Undefined status: the client went away. */
export type Finished = (status: number | undefined, milliseconds: number) => void;

/** Told at the start of each attempt; what it returns is called at its end. */
export type Begin = (destination: Destination) => Finished;

interface Attempt {
  destination: Destination;
  request?: ClientRequest;
  fail: (error: NodeJS.ErrnoException) => void;
}

/** Sends requests to releases and their answers back. */
export class Forwarder {
  private readonly agent = new HttpAgent({ freeSocketTimeout: idleConnectionMs, timeout: silenceMs });
  private readonly proxy = new ProxyServer({ xfwd: true, toProxy: true });
  private readonly attempts = new WeakMap<IncomingMessage, Attempt>();

  constructor() {
    this.proxy.on('proxyReq', (outgoing, request) => {
      const attempt = this.attempts.get(request);
      if (attempt) attempt.request = outgoing;
    });
    this.proxy.on('proxyRes', (answer, request) => {
      const attempt = this.attempts.get(request);
      if (attempt) receive(answer, attempt);
    });
    // Errors reach the callback of each request; an EventEmitter without a listener would throw those of sockets.
    this.proxy.on('error', () => undefined);
  }

  /** Sends a request to the first destination, and on to the next where that is safe. */
  web(
    request: IncomingMessage,
    response: ServerResponse,
    destinations: Destination[],
    begin: Begin,
    repeated?: ServerOptions,
  ): void {
    const [destination, ...others] = destinations;
    if (!destination) {
      sendProblem(response, new SagalineError('TargetUnavailable', 'no release serves this lane'));
      return;
    }
    const finish = stopwatch(begin(destination));
    const onClose = () => {
      finish(response.writableFinished ? response.statusCode : undefined);
    };
    const fail = (error: NodeJS.ErrnoException) => {
      if (!finish(statusOf(error))) return;
      response.off('close', onClose);
      if (others.length > 0 && !response.headersSent && isUnseen(error, request, attempt.request)) {
        this.web(request, response, others, begin, repetition());
      } else {
        refuse(response, destination, error);
      }
    };
    const attempt: Attempt = { destination, fail };
    this.attempts.set(request, attempt);
    response.once('close', onClose);
    const target = { host: '127.0.0.1', port: destination.port, protocol: 'http:' };
    // The client's own connection header must not end the connection to the release.
    const headers = { connection: 'keep-alive' };
    this.proxy.web(request, response, { target, agent: this.agent, headers, ...repeated }, fail);
  }

  /** Joins an upgraded connection, such as a web socket, with the first destination. */
  upgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    [destination]: Destination[],
    begin: Begin,
  ): void {
    if (!destination) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
      return;
    }
    const finish = stopwatch(begin(destination));
    let status: number | undefined;
    socket.once('close', () => finish(status));
    const target = { host: '127.0.0.1', port: destination.port, protocol: 'http:' };
    this.proxy.once('proxyReqWs', (outgoing) => {
      outgoing.once('upgrade', () => (status = 101));
      outgoing.once('response', (answer) => (status = answer.statusCode));
    });
    this.proxy.ws(request, socket, head, { target }, () => {
      if (status !== undefined || socket.destroyed) return;
      status = 502;
      socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n');
    });
    // The event comes during the call or, for an upgrade that is no web socket, never.
    this.proxy.removeAllListeners('proxyReqWs');
  }
}

/** Makes a Finished that counts only its first call, and measures from now; the result says whether it was the first. */
function stopwatch(finished: Finished): (status: number | undefined) => boolean {
  const started = performance.now();
  let open = true;
  return (status) => {
    const first = open;
    open = false;
    if (first) finished(status, performance.now() - started);
    return first;
  };
}

/** Marks the answer with its release, and fails the attempt when it breaks off. */
function receive(answer: IncomingMessage, { destination, fail }: Attempt): void {
  answer.headers['x-sagaline-release'] = destination.backend.release.id;
  // How long an idle connection lives is between this router and its client.
  delete answer.headers['keep-alive'];
  delete answer.headers.connection;
  answer.once('close', () => {
    if (!answer.complete) fail(new Error('the release broke off its answer'));
  });
}

/** The request's own stream has ended, and its x-forwarded headers are set. */
const repetition = (): ServerOptions => ({ buffer: Readable.from([]), xfwd: false });

/** Whether the request can be sent again because no release has acted on it. */
function isUnseen(
  error: NodeJS.ErrnoException,
  { method, headers }: IncomingMessage,
  outgoing: ClientRequest | undefined,
): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody) return false;
  if (error.code === 'ECONNREFUSED') return true;
  const isSafe = method === 'GET' || method === 'HEAD';
  return isSafe && error.code === 'ECONNRESET' && outgoing?.reusedSocket === true;
}

function statusOf(error: NodeJS.ErrnoException): number {
  return error.code === 'ERR_SOCKET_TIMEOUT' ? 504 : 502;
}

function refuse(response: ServerResponse, { backend }: Destination, error: NodeJS.ErrnoException): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = statusOf(error);
  const why = error.code ?? error.message;
  const detail = `release ${backend.release.id} did not answer: ${why}`;
  response.setHeader('x-sagaline-release', backend.release.id);
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ type: 'about:blank', title: 'The release does not answer', status, detail }));
}
