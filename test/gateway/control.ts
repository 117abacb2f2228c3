import { type Harness, startDevHarness } from '../workflows/harness';
import { operations } from '../../src/gateway/operations';
import { bearer, json, startGateway, type TestGateway } from './gateway';

/** A gateway with its control API at hand, and real workflows on scripted activities. */
export interface Control {
  gateway: TestGateway;
  harness: Harness;
  get: (path: string) => Promise<Response>;
  getJson: (path: string) => ReturnType<typeof json>;
  post: (path: string, body?: unknown) => Promise<Response>;
  stop: () => Promise<void>;
}

export async function startControl(): Promise<Control> {
  const harness = await startDevHarness();
  const gateway = await startGateway();
  const get = (path: string) => fetch(`${gateway.url}${path}`, { headers: bearer });
  return {
    gateway,
    harness,
    get,
    getJson: async (path) => {
      const answer = await get(path);
      return answer.ok ? described(path, await json(answer)) : json(answer);
    },
    post: (path, body) =>
      fetch(`${gateway.url}${path}`, {
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async stop() {
      await gateway.stop();
      await harness.stop();
    },
  };
}

/** The answer of a `GET`, which must be as /openapi.json describes it, without a field more. */
function described(path: string, answer: Awaited<ReturnType<typeof json>>) {
  const [asked = ''] = path.split('?', 1);
  const operation = operations.find(
    (one) => one.method === 'get' && new RegExp(`^${one.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(asked),
  );
  expect(operation?.answer?.parse(answer)).toEqual(answer);
  return answer;
}

/** Asks until the answer is as wanted: a list follows Temporal's visibility, which comes a little later. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
  }
}
