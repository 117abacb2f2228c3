import fc from 'fast-check';
import { bearer, sendHook, startGateway, type TestGateway } from './gateway';
import { pathsOf, pullPayload, pushPayload, withValue } from './payloads';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** Every answer there may be to a well-formed HTTP request; none says that the gateway itself failed. */
const expected = [202, 400, 401, 413, 415, 422, 503];

const payloads = { push: pushPayload(), pull_request: pullPayload() };
const mutated = fc.constantFrom(...(Object.keys(payloads) as (keyof typeof payloads)[])).chain((event) =>
  fc.record({
    event: fc.constant(event),
    payload: fc
      .tuple(fc.constantFrom(...pathsOf(payloads[event])), fc.jsonValue())
      .map(([path, value]) => withValue(payloads[event], path, value)),
  }),
);
const foreign = fc.record({
  event: fc.constantFrom('push', 'create', 'delete', 'pull_request', 'ping'),
  payload: fc.jsonValue(),
});

it('answers a signed webhook of any shape without a fault of its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, foreign), async ({ event, payload }) => {
      const answer = await sendHook(gateway.url, JSON.stringify(payload), { event });
      expect(expected).toContain(answer.status);
      await answer.text();
    }),
    { numRuns: 60 },
  );
});

it('answers CloudEvents of any shape without a fault of its own', async () => {
  const modes = ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'];
  const attributes = fc.record(
    { specversion: fc.constantFrom('1.0', 1), id: fc.jsonValue(), source: fc.jsonValue(), type: fc.string() },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...modes),
      fc.oneof(attributes, fc.jsonValue()),
      async (mode, content) => {
        const headers = { ...bearer, 'content-type': mode };
        const body = JSON.stringify(mode.includes('batch') ? [content] : content);
        const answer = await fetch(`${gateway.url}/events`, { method: 'POST', headers, body });
        expect(expected).toContain(answer.status);
        await answer.text();
      },
    ),
    { numRuns: 60 },
  );
});
