import type { Fault } from '../cell';
import { boundMs } from './kill';

const undone: Fault['ends'] = () => ['rolled-back'];

/** A candidate that does not start, and never gets users. */
const unready = (name: string, start: string): Fault => ({
  name,
  version: { start, canary: { readyTimeout: '2s' } },
  ends: undone,
});

export const unreadyDeploys: Fault[] = [
  unready('a candidate that ends at once', 'exit 1'),
  unready('a candidate that never gets ready', 'sleep 1000'),
];

/** Gets ready, and dies at its twentieth request. */
const mortal = `
const { version } = require('./version.json');
let requests = 0;
console.log('started', version);
require('node:http').createServer((request, response) => {
  if (request.url !== '/healthz' && (requests += 1) > 20) process.exit(1);
  response.setHeader('x-shop-version', version);
  response.end('well');
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** Candidates that get users and then turn out to be bad. */
export const halfDeploys: Fault[] = [
  {
    name: 'a candidate that gets ready and dies at its twentieth request',
    version: { files: { 'server.js': mortal } },
    badMs: () => boundMs + 500,
    ends: undone,
  },
  {
    name: 'a candidate that answers every second request with 500',
    version: { failShare: 0.5 },
    badCandidate: true,
    ends: undone,
  },
];
