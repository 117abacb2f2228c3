import { Client } from '@temporalio/client';
import { payloadEncryption } from '../../src/codec/data-converter';
import { readSettings } from '../../src/config';
import { TemporalGateway } from '../../src/gateway/temporal';
import { TemporalRuns } from '../../src/gateway/temporal-runs';
import { newKey } from '../codec/keys';
import { until } from '../support/until';
import { type Stage, startStage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 120_000);
afterAll(() => stage.stop());

it('a worker without the key says so in its log, and nobody waits for it in vain', async () => {
  const [one, two] = [newKey('one'), newKey('two')];
  const { connection } = stage.client;
  const { namespace } = stage.client.options;
  const { encryption } = readSettings({ SAGALINE_ENCRYPTION_KEYS: one });
  const client = new Client({ connection, namespace, ...payloadEncryption(encryption) });
  const runs = new TemporalRuns(client, namespace, new TemporalGateway(client, namespace));
  const lost = await stage.startWorker({ SAGALINE_ENCRYPTION_KEYS: two });
  await client.workflow.start('run', { workflowId: 'run:secret', taskQueue: 'sagaline', args: [{}] });
  await until('the worker complains', async () =>
    (await lost.log()).includes('SAGALINE_ENCRYPTION_KEYS has no key'),
  );
  await expect(runs.show('run:secret')).rejects.toMatchObject({ code: 'Unavailable' });
});
