import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { TemporalContact } from '../../../src/adapters/workflows/contact';
import { Door } from '../../support/door';
import { until } from '../../support/until';

const door = new Door();
let connection: NativeConnection;
beforeAll(async () => {
  await door.open();
  connection = await NativeConnection.connect({ address: `127.0.0.1:${String(door.port)}` });
});
afterAll(async () => {
  await door.shut();
  await connection.close();
});

it('stays young while Temporal answers, and grows old when the link is cut', async () => {
  const watch = new TemporalContact(new Client({ connection })).watch();
  const begun = performance.now();
  await until('it is younger than the watch', () => watch.ageMs() < performance.now() - begun - 1000);
  await door.shut();
  await until('it grows old', () => watch.ageMs() > 4000);
  watch.end();
});
