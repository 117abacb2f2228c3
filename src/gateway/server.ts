import { createServer, type Server, type ServerOptions, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { SagalineError } from '../domain/errors';
import { safeHeaders } from './headers';
import { problemOf } from './problems';
import type { TlsPair } from './tls';

/** Limits that stand before any authentication: milliseconds and bytes. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 15_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
  // Said here, because an option of the node command could make the parser lenient, and that is how requests are smuggled.
  insecureHTTPParser: false,
} satisfies ServerOptions;

const tlsLimits = { minVersion: 'TLSv1.2', handshakeTimeout: limits.headersTimeout } as const;

const maxConnections = 1_000;

/** An HTTP server for the app that gives slow, large and malformed requests little. */
export function createGatewayServer(app: Express): Server {
  return guarded(createServer(limits, app as Parameters<typeof createServer>[1]));
}

/** The same behind TLS. */
export function createGatewayTlsServer(app: Express, pair: TlsPair): TlsServer {
  const options = { ...limits, ...tlsLimits, ...pair };
  return guarded(createTlsServer(options, app as Parameters<typeof createTlsServer>[1]));
}

function guarded<T extends Server | TlsServer>(server: T): T {
  server.maxConnections = maxConnections;
  server.on('clientError', answerMalformed);
  return server;
}

/** Stops taking requests and resolves when the open ones have ended, or were cut off after `graceMs`. */
export async function stopServer(server: Server | TlsServer, graceMs: number): Promise<void> {
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(timer);
}

const statusByCode: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

const isHandshake = ({ code = '' }: NodeJS.ErrnoException): boolean => /^ERR_(SSL|TLS)/.test(code);

/** What Node's parser refuses never reaches Express. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Who does not speak TLS could read no answer.
  if (!socket.writable || error.code === 'ECONNRESET' || isHandshake(error)) {
    socket.destroy();
    return;
  }
  const status = statusByCode.get(error.code ?? '') ?? 400;
  const problem = problemOf(new SagalineError('Malformed', 'this is not a well-formed HTTP/1.1 request'));
  const body = JSON.stringify({ ...problem, status });
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    ...Object.entries(safeHeaders).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
