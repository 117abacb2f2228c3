import { createServer } from 'node:http';
import { readDatabase } from './database.js';
import { offer } from './offer.js';

/** The shop's HTTP server: `GET /` offers a product picked at random, `GET /healthz` says that it is ready. */
export function createShop({ database, version, pick = Math.random }) {
  const routes = {
    '/healthz': async () => ({ status: 'ok' }),
    '/version': async () => ({ version }),
    '/': async () => {
      const { products } = (await readDatabase(database)).data;
      return offer(products[Math.floor(pick() * products.length)]);
    },
  };
  return createServer(async (request, response) => {
    response.setHeader('x-shop-version', version);
    const { pathname } = new URL(request.url, 'http://shop');
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    try {
      send(response, route ? 200 : 404, route ? await route() : { error: 'not found' });
    } catch (error) {
      console.error(error);
      send(response, 500, { error: 'internal error' });
    }
  });
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
