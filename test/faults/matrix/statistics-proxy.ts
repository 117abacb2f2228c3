import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { targetLayout } from '../../../src/target/layout';
import { endpointSchema } from '../../../src/target/process-identity';

/** Answers a question for measurements in the place of the router; false where the router shall answer. */
export type Lie = (response: ServerResponse, asked: number) => boolean | Promise<boolean>;

/** Stands between workers and the router's interface; `end` takes it away again. */
export async function tapStatistics(state: string, lie: Lie): Promise<{ end: () => Promise<void> }> {
  const file = targetLayout(state).router;
  const original = await readFile(file, 'utf8');
  const endpoint = endpointSchema.parse(JSON.parse(original));
  let asked = 0;
  const server = createServer((incoming, response) => {
    const answer = async () => {
      if (incoming.url === '/statistics' && (await lie(response, (asked += 1)))) return;
      await forward(incoming, response, endpoint.port);
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await writeFile(file, JSON.stringify({ ...endpoint, port }));
  return {
    async end() {
      await writeFile(file, original);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(incoming: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
  const { method, url: path, headers } = incoming;
  const call = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  call.end(await buffer(incoming));
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, answer.headers).end(await buffer(answer));
}
