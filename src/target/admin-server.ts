import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { SagalineError } from '../domain/errors';
import { sendProblem } from './problem-response';
import { isAuthorized } from './token';

/** One thing that can be asked of a process: its input is validated before `act` sees it. */
export interface Operation {
  call: (body: unknown) => unknown;
}

/** Text that is answered as it is instead of as JSON. */
export class TextAnswer {
  constructor(
    readonly contentType: string,
    readonly text: string,
  ) {}
}

const maxBodyBytes = 1024 * 1024;

/** Joins a schema and what to do with input of that shape; other input is refused as Malformed. */
export function operation<T>(schema: z.ZodType<T>, act: (input: T) => unknown): Operation {
  return {
    call(body) {
      const parsed = schema.safeParse(body);
      if (!parsed.success) throw new SagalineError('Malformed', z.prettifyError(parsed.error));
      return act(parsed.data);
    },
  };
}

/**
 * Serves operations on a loopback port: `POST /<name>` with a JSON body, or `GET /<name>` for one without input.
 * Every call needs the bearer token; errors are problem+json.
 */
export async function serveAdmin(
  port: number,
  token: string,
  operations: Record<string, Operation>,
): Promise<Server> {
  const table = new Map(Object.entries(operations));
  const server = createServer((request, response) => {
    void answer(request, response, token, table).catch((error: unknown) => {
      sendProblem(response, error);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  operations: Map<string, Operation>,
): Promise<void> {
  if (!isAuthorized(request.headers.authorization, token)) {
    throw new SagalineError('Unauthenticated', 'the token of the state folder is needed');
  }
  const name = (request.url ?? '').slice(1);
  const found = operations.get(name);
  if (!found)
    throw new SagalineError(
      'NotFound',
      `no operation ${name}; there are ${[...operations.keys()].join(', ')}`,
    );
  const result: unknown = await found.call(request.method === 'GET' ? {} : await readBody(request));
  const text =
    result instanceof TextAnswer
      ? result
      : new TextAnswer('application/json', JSON.stringify(result ?? null));
  response.writeHead(200, { 'content-type': text.contentType }).end(text.text);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw new SagalineError('TooLarge', `over ${String(maxBodyBytes)} bytes`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new SagalineError('Malformed', 'the body is not JSON', { cause: error });
  }
}
