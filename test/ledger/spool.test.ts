import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listEvents } from '../../src/ledger/events';
import { Ledger } from '../../src/ledger/ledger';
import { ownSpoolFile } from '../../src/ledger/spool-files';
import { LedgerDatabase } from '../../src/ledger/database';
import { until } from '../support/until';
import { freshDatabase, freshLedger, silent } from './fresh-ledger';
import { matched, pushed, routed } from './samples';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (database: LedgerDatabase, secrets: string[] = []) =>
  Ledger.open({ database, folder, secrets: () => Promise.resolve(secrets), log: silent });
const keys = async (database: LedgerDatabase) =>
  (await database.use((db) => listEvents(db, 'default', {}, 1000))).map(({ event }) => event.key);

test('what is recorded reaches the ledger, and the spool is empty again', async () => {
  const { database, close } = await freshLedger();
  const ledger = await open(database);
  const all = Array.from({ length: 300 }, () => pushed());
  for (const event of all) ledger.recordEvent('default', routed(event, matched));
  await until('all are there', async () => (await keys(database)).length === all.length);
  await until('the spool is empty', async () => (await stat(await ownSpoolFile(folder))).size === 0);
  await ledger.close();
  await close();
});

test('while the database is down nothing is lost, and nothing waits for it', async () => {
  const { url, drop } = await freshDatabase();
  const port = new URL(url).port;
  const unreachable = new LedgerDatabase(url.replace(`:${port}/`, ':9/'), silent);
  const ledger = await open(unreachable);
  const all = Array.from({ length: 20 }, () => pushed());
  for (const event of all) ledger.recordEvent('default', routed(event));
  await ledger.close();
  await unreachable.close();
  expect((await stat(await ownSpoolFile(folder))).size).toBeGreaterThan(0);

  const database = new LedgerDatabase(url, silent);
  const next = await open(database);
  await until('all are there', async () => (await keys(database)).length === all.length);
  await next.close();
  await database.close();
  await drop();
});

test('a process that was killed leaves its entries to the next one, also with half a line at the end', async () => {
  const { database, close } = await freshLedger();
  const script = `
    const { Ledger } = require('./dist/src/ledger/ledger.js');
    const log = { warn() {}, info() {}, error() {} };
    const database = { use: () => Promise.reject(new Error('down')) };
    Ledger.open({ database, folder: process.argv[1], secrets: async () => [], log }).then((ledger) => {
      for (const record of JSON.parse(process.argv[2])) ledger.recordEvent('default', record);
      process.stdout.write('recorded');
      setInterval(() => {}, 1000);
    });`;
  const all = Array.from({ length: 5 }, () => pushed());
  const child = spawn(
    process.execPath,
    ['-e', script, folder, JSON.stringify(all.map((event) => routed(event)))],
    { cwd: join(__dirname, '../..'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [left = ''] = await readdir(folder);
  await appendFile(join(folder, left), '{"type":"event","proj');

  const ledger = await open(database);
  await until('all are there', async () => (await keys(database)).length === all.length);
  await until('its spool is gone', async () => !(await readdir(folder)).includes(left));
  await ledger.close();
  await close();
});

test('an entry that the database can never hold does not keep the others from it', async () => {
  const { database, close } = await freshLedger();
  const ledger = await open(database);
  const good = [pushed(), pushed()];
  ledger.recordEvent('default', routed(good[0] as never));
  ledger.recordEvent('default', routed(pushed({ receivedAt: 'never' })));
  ledger.recordEvent('default', routed(good[1] as never));
  await until('the good ones are there', async () => (await keys(database)).length === 2);
  await ledger.close();
  await close();
});

test('no secret reaches the spool, whatever its spelling, nor does what looks like a token', async () => {
  const unreachable = new LedgerDatabase('postgres://nobody@127.0.0.1:9/none', silent);
  const planted = 'pl4nted-s3cret/value';
  const ledger = await open(unreachable, [planted]);
  const spellings = [planted, Buffer.from(planted).toString('base64'), encodeURIComponent(planted)];
  const token = `ghp_${'a1B2'.repeat(10)}`;
  const data = { message: `${spellings.join(' ')} ${token}`, nested: { list: [planted] } };
  ledger.recordEvent('default', routed(pushed({ data }), { ...matched, reason: `because of ${planted}` }));
  ledger.recordAction({
    ...{ id: 'e0c0e1a0-0000-4000-8000-000000000000', project: 'default', at: '2026-01-01T00:00:00Z' },
    ...{ actor: 'ada', role: 'admin', action: 'POST', target: '/runs', reason: planted, status: null },
  });
  const written = await readFile(await ownSpoolFile(folder), 'utf8');
  for (const spelling of [...spellings, token]) expect(written).not.toContain(spelling);
  expect(written.match(/\[secret\]/g)).toHaveLength(7);
  await ledger.close();
  await unreachable.close();
});
