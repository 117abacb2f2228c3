import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { Bodies } from '../../src/gateway/bodies';
import { problemHandler } from '../../src/gateway/problems';

const budgetBytes = 1024 * 1024;
let server: Server;
let url: string;
beforeEach(async () => {
  const bodies = new Bodies(budgetBytes);
  const app = express().post('/', async (incoming, response) => {
    response.json((await bodies.read(incoming, response, 4 * budgetBytes)).length);
  });
  server = createServer(app.use(problemHandler(pino({ level: 'silent' })))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const send = async (bytes: number) =>
  (await fetch(url, { method: 'POST', body: Buffer.alloc(bytes) })).status;

it('refuses large bodies while too much is held, still takes small ones, and all once that is gone', async () => {
  const slow = request(url, { method: 'POST' });
  slow.on('error', () => undefined);
  slow.write(Buffer.alloc(budgetBytes - 1024));
  while ((await send(512 * 1024)) !== 503);
  expect(await send(100 * 1024)).toBe(200);
  slow.destroy();
  while ((await send(512 * 1024)) !== 200);
});
