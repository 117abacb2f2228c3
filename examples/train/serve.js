import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { databaseFile, readDatabase } from './database.js';

/**
 * Serves one service on $PORT: `GET /healthz` says that it is ready, `GET /` answers what `answer` makes of the database
 * and $SETTING, with the version, the setting and the process that answers.
 */
export async function serve(answer) {
  const { name, version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
  const file = databaseFile();
  const setting = process.env.SETTING ?? 'unset';
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-shop-version', version);
    if (request.url === '/healthz') return response.end('{"status":"ok"}\n');
    const about = { service: name, version, setting, pid: process.pid };
    try {
      const { data } = await readDatabase(file);
      response.end(`${JSON.stringify({ ...about, ...answer(data, setting) })}\n`);
    } catch (error) {
      console.error(error);
      response.writeHead(500).end(`${JSON.stringify({ ...about, error: 'internal error' })}\n`);
    }
  });
  // Longer than a proxy keeps its connections, so that none is closed while a request is on its way.
  server.keepAliveTimeout = 120_000;
  server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
    console.log(`${name} ${version} listens on ${server.address().port}`);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      // Requests in progress are answered; idle connections would keep the process alive.
      server.close(() => process.exit(0));
      server.closeIdleConnections();
    });
  }
}
