import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { TemporalSchedules } from '../../src/adapters/workflows/schedules';
import { payloadEncryption } from '../../src/codec/data-converter';
import { encryptionKeysSchema } from '../../src/codec/keys';
import { scheduleId } from '../../src/domain/identity';
import { devServerAddress } from '../setup/temporal';
import { untilSchedulesServed } from '../support/schedules';
import { newKey } from './keys';

let connection: Connection;
beforeAll(async () => {
  connection = await Connection.connect({ address: devServerAddress() });
  await untilSchedulesServed(new Client({ connection }));
}, 120_000);
afterAll(() => connection.close());

it('a schedule is kept encrypted, known again under a new key, and not without its own', async () => {
  const project = `p${randomUUID().slice(0, 8)}`;
  const [one, two] = [newKey('one'), newKey('two')];
  const syncWith = (keys: string, zones = ['Europe/Berlin']) => {
    const options = payloadEncryption(encryptionKeysSchema.parse(keys));
    const schedules = zones.map((zone) => ({ pipeline: 'nightly', cron: '0 3 * * *', zone }));
    return new TemporalSchedules(new Client({ connection, ...options })).sync(
      project,
      'acme/shop',
      schedules,
    );
  };
  expect(await syncWith(one)).toEqual({ changed: true, refused: [] });
  const { schedule } = await connection.workflowService.describeSchedule({
    namespace: 'default',
    scheduleId: scheduleId(project, 'acme/shop', 'nightly', 0),
  });
  const { input, userMetadata } = schedule?.action?.startWorkflow ?? {};
  for (const payload of [input?.payloads?.[0], userMetadata?.summary])
    expect(Buffer.from(payload?.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');

  expect(await syncWith(`${two},${one}`)).toEqual({ changed: false, refused: [] });
  await expect(syncWith(two)).rejects.toMatchObject({ code: 'KeyMissing' });
  expect(await syncWith(one, [])).toEqual({ changed: true, refused: [] });
});
