import { bearer, expectProblem, json, sendHook, signalled, startGateway, type TestGateway } from './gateway';
import { Door } from '../support/door';
import { pushPayload } from './payloads';

const door = new Door();
let gateway: TestGateway;
let direct: TestGateway;
beforeAll(async () => {
  await door.open();
  gateway = await startGateway(`127.0.0.1:${door.port}`);
  direct = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
  await direct.stop();
  await door.shut();
});

it('answers 503 while Temporal is gone, and the same delivery is accepted once it is back', async () => {
  const deliveryId = 'sent-twice';
  const send = () => sendHook(gateway.url, pushPayload(), { deliveryId });
  await door.shut();
  const [refused, control, ready] = await Promise.all([
    send(),
    fetch(`${gateway.url}/runs`, { headers: bearer }),
    fetch(`${gateway.url}/readyz`),
  ]);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  for (const answer of [refused, control, ready]) await expectProblem(answer, 503, 'Unavailable');
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);

  await door.open();
  let answer = await send();
  // gRPC waits between two attempts to connect; each answer until then must be an honest 503.
  while (answer.status === 503) answer = await send();
  expect(answer.status).toBe(202);
  const { inbox } = await json(answer);
  const events = await signalled(direct.client, inbox);
  expect(events.map((event) => event['deliveryId'])).toContain(deliveryId);
});
