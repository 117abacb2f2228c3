import { Client } from '@temporalio/client';
import { lazyConnection } from '../../src/gateway/connection';
import { devServerAddress } from '../setup/temporal';
import { expectProblem, sendHook, startGateway, type TestGateway } from './gateway';
import { pushPayload } from './payloads';

const connection = lazyConnection({ address: devServerAddress() });
let gateway: TestGateway;
beforeAll(async () => {
  const namespace = 'not-made-yet';
  gateway = await startGateway(undefined, { namespace, client: new Client({ connection, namespace }) });
});
afterAll(async () => {
  await gateway.stop();
  await connection.close();
});

it('asks a sender to come again while Temporal answers without the namespace', async () => {
  const answer = await sendHook(gateway.url, pushPayload());
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  await expectProblem(answer, 503, 'Unavailable');
});

it('is not ready meanwhile', async () => {
  await expectProblem(await fetch(`${gateway.url}/readyz`), 503, 'Unavailable');
});
