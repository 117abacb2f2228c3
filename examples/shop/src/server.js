import { readFile } from 'node:fs/promises';
import { createShop } from './app.js';
import { databaseFile } from './database.js';

const { version, commit } = JSON.parse(await readFile(new URL('build.json', import.meta.url), 'utf8'));
const shop = createShop({ database: databaseFile(), version });
// Longer than a proxy keeps its connections, so that none is closed while a request is on its way.
shop.keepAliveTimeout = 120_000;

shop.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`shop ${version} (${commit}) listens on ${shop.address().port}`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    // Requests in progress are answered; idle connections would keep the process alive.
    shop.close(() => process.exit(0));
    shop.closeIdleConnections();
  });
}
