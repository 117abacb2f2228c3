import { stringify } from 'yaml';

/** One version of the service that the tests deliver. */
export interface Version {
  /** What it says of itself in `x-shop-version`. */
  version: string;
  /** Fraction of requests that it answers with 500; 0 when absent. */
  failShare?: number;
  /** Further files of the commit by path; they replace those of the same name, such as `.sagaline/deliver.yaml`. */
  files?: Record<string, string>;
}

const server = `
const { version, failShare } = require('./version.json');
let requests = 0;
console.log('started', version);
require('node:http').createServer((request, response) => {
  response.setHeader('x-shop-version', version);
  if (request.url === '/healthz') return response.end('ready');
  requests += 1;
  // A share that is spread evenly: no chance decides a verdict.
  const fails = Math.floor(requests * failShare) > Math.floor((requests - 1) * failShare);
  response.writeHead(fails ? 500 : 200).end(version);
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** While the gate file exists the build says where it is, in a file that appears at once, and waits. */
const build = `
if [ -e "$GATE" ]; then
  marker="$GATE-$SAGALINE_COMMIT-$SAGALINE_ATTEMPT"
  touch "$marker"
  while [ -e "$GATE" ]; do sleep 0.05; done
fi
mkdir dist
cp server.js version.json dist/
`;

const canary = {
  service: 'shop',
  environment: 'production',
  artifact: 'build',
  start: 'node dist/server.js',
  ready: '/healthz',
  weights: [20, 50],
  interval: '1s',
  minSamples: 15,
  checks: [{ name: 'errors', query: 'error-rate', max: 0.02 }],
};

/** The pipeline as an object, for tests that want another one, or another interval of its canary. */
export const pipelineOf = (gate: string, interval = canary.interval) => ({
  apiVersion: 'sagaline/v1',
  name: 'deliver',
  on: [{ event: 'push', when: 'event.data.ref == "refs/heads/main"' }],
  steps: [
    {
      id: 'build',
      uses: 'shell',
      env: { GATE: gate },
      with: { run: build },
      artifacts: ['dist/**'],
      timeout: '2m',
      retry: { attempts: 3, backoff: '100ms' },
    },
    { id: 'release', needs: ['build'], uses: 'canary', with: { ...canary, interval } },
  ],
});

/** All files of a commit by path. */
export function filesOf({ version, failShare = 0, files }: Version, gate: string): Record<string, string> {
  return {
    'server.js': server,
    'version.json': JSON.stringify({ version, failShare }),
    '.sagaline/deliver.yaml': stringify(pipelineOf(gate)),
    ...files,
  };
}

/** The platform's sagaline.yaml: the repository at `url` and its service, served on `port`. */
export const configuration = (url: string, port: number) => ({
  apiVersion: 'sagaline/v1',
  repositories: [{ name: 'acme/shop', url }],
  services: [{ name: 'shop', repository: 'acme/shop', owner: 'team-shop' }],
  environments: [
    {
      name: 'production',
      target: { kind: 'embedded', ports: { shop: port } },
      metrics: { kind: 'router' },
      allow: { repositories: ['acme/shop'], refs: ['refs/heads/main'], pipelines: ['deliver'] },
    },
  ],
});
