import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What may go wrong with one request: it is answered with 503, or done and its answer lost. */
export type Fault = 'refused' | 'answer lost';

/** Stands between a client and Moto. */
export interface S3Proxy {
  url: string;
  /** Decides for each request what goes wrong with it. */
  fault: (method: string, path: string) => Fault | undefined;
  stop: () => Promise<void>;
}

/** Starts a proxy before the server on this port; nothing goes wrong until a test says so. */
export async function startProxy(port: number): Promise<S3Proxy> {
  // Moto looks for an object and writes it in two steps, S3 in one: so Moto gets one write at a time.
  let writes: Promise<unknown> = Promise.resolve();
  const proxy: S3Proxy = { url: '', fault: () => undefined, stop: () => Promise.resolve() };
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = incoming;
    const body = await buffer(incoming);
    const fault = proxy.fault(method, url);
    if (fault === 'refused') {
      response.writeHead(503).end();
      return;
    }
    const answer =
      method === 'PUT' ? writes.then(() => forward(port, incoming, body)) : forward(port, incoming, body);
    writes = answer.catch(() => undefined);
    const { status, headers, content } = await answer;
    if (fault === 'answer lost') incoming.socket.destroy();
    else response.writeHead(status, headers).end(method === 'HEAD' ? undefined : content);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  proxy.stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return proxy;
}

async function forward(port: number, { method, url, headers }: IncomingMessage, body: Buffer) {
  // The client got its 100 from us and has sent everything.
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'expect'));
  const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers: passed, agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 502, headers: response.headers, content: await buffer(response) };
}
