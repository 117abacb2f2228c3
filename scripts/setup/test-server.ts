import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnGroup } from '../../src/process';
import { type Candidate, type Context, createContext, environmentOf, type Found } from './context';
import { download } from './download';
import { executableAt, namedBy } from './executable';
import { firstThatWorks } from './find';
import { freePort } from '../../src/target/free-port';
import { listening } from './listening';
import { installWithMaven } from './maven';

const variable = 'SAGALINE_TEST_SERVER';
const startMs = 30_000;
const graceMs = 2000;

const advice =
  'No time-skipping Temporal test server could be found or made. Install Maven and a Java runtime (>= 11) so that it can ' +
  `be fetched, or name one with ${variable}.`;

/** Finds or installs Temporal's time-skipping test server. Throws with what to install when no way works. */
export async function findTestServer(context: Context = createContext()): Promise<Found> {
  const wrapper = join(context.cache, 'test-server', 'temporal-test-server');
  const candidates: Candidate[] = [
    { how: variable, binding: true, provide: () => namedBy(context, variable) },
    { how: 'cache', provide: () => executableAt(wrapper) },
    { how: 'download', provide: () => download(context, 'test-server') },
    { how: 'Maven', provide: () => installWithMaven(context, wrapper) },
  ];
  return firstThatWorks(context, candidates, (path) => verify(context, path), advice);
}

/** Starts it once: only that shows that its Java runtime fits. */
async function verify(context: Context, path: string): Promise<void> {
  const port = await freePort();
  const options = { cwd: tmpdir(), env: environmentOf(context), stdio: 'ignore' } as const;
  const group = spawnGroup([path, String(port)], options);
  const ended = group.exited.then(() => {
    throw new Error(`${path} ${port} ended instead of listening`);
  });
  const settled = new AbortController();
  const signal = AbortSignal.any([context.signal, settled.signal, AbortSignal.timeout(startMs)]);
  try {
    await Promise.race([listening(port, signal), ended]);
  } finally {
    settled.abort();
    await group.stop(graceMs);
  }
}
