import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { operations } from '../../src/gateway/operations';
import { listTokens } from '../../src/ledger/tokens';
import { ledgerServerUrl } from '../setup/temporal';
import { until } from '../support/until';
import { expectProblem, json, token as first } from './gateway';
import { cloudEvent, startTokenGateway } from './token-gateway';

let world: Awaited<ReturnType<typeof startTokenGateway>>;
beforeAll(async () => {
  world = await startTokenGateway();
});
afterAll(() => world.stop());
const ask = (...given: Parameters<typeof world.ask>) => world.ask(...given);
const make = (...given: Parameters<typeof world.make>) => world.make(...given);
const made = (wanted: object) => world.made(wanted);

it('gives the secret once, and keeps it nowhere', async () => {
  const { id, name, token } = await made({ role: 'viewer' });
  expect(token).toMatch(/^sgl_[0-9a-f]{16}_[\w-]{43}$/);
  expect(await json(await ask('/whoami', token))).toEqual({
    name,
    role: 'viewer',
    teams: [],
    environments: null,
  });
  const { tokens } = await json(await ask('/tokens', first));
  expect(tokens[0]).toMatchObject({
    id,
    name,
    createdBy: 'admin',
    status: 'valid',
    projects: [world.project],
  });
  const rows = JSON.stringify(await world.ledger.database.use((db) => listTokens(db, world.project)));
  const kept = join(world.folder, 'ledger', 'tokens.json');
  expect((await stat(kept)).mode & 0o777).toBe(0o600);
  for (const text of [JSON.stringify(tokens), rows, await readFile(kept, 'utf8')]) {
    expect(text).toContain(id);
    expect(text).not.toContain(token.slice(-43));
  }
});

it.each([
  ['of another secret', (token: string) => token.slice(0, -43) + 'A'.repeat(43)],
  ['of an unknown id', (token: string) => `sgl_${'0'.repeat(16)}_${token.slice(-43)}`],
  ['that was cut', (token: string) => token.slice(0, -1)],
  ['that is the id alone', (token: string) => token.slice(0, 20)],
])('does not know a token %s', async (_, change) => {
  const { token } = await made({ role: 'admin' });
  await expectProblem(await ask('/whoami', change(token)), 401, 'Unauthenticated');
});

describe('a sender', () => {
  it('sends events', async () => {
    const { token } = await made({ role: 'sender' });
    expect((await ask('/events', token, { name: 'x' }, cloudEvent)).status).toBe(202);
  });

  it.each(
    operations
      .filter(({ open, path, method }) => !open && !(path === '/events' && method === 'post'))
      .map(({ method, path }) => [method, path]),
  )('is refused at %s %s', async (method, path) => {
    const { token } = await made({ role: 'sender' });
    const answer = await ask(path, token, method === 'post' ? {} : undefined);
    await expectProblem(answer, 403, 'NotAllowed');
  });
});

it('lets a viewer send nothing', async () => {
  const { token } = await made({ role: 'viewer' });
  await expectProblem(await ask('/events', token, { name: 'x' }, cloudEvent), 403, 'NotAllowed');
});

describe('a token is refused', () => {
  it('once it has expired', async () => {
    const { token } = await made({ expiresIn: '1ms' });
    const { detail } = await expectProblem(await ask('/whoami', token), 401, 'Unauthenticated');
    expect(detail).toContain('expired at');
  });

  it('from the moment it is revoked, by this gateway and soon by others', async () => {
    const { id, name, token } = await made({});
    const other = await world.known(await mkdtemp(join(world.folder, 'other-')));
    expect(await other.actorOf(token)).toMatchObject({ name });
    expect((await json(await ask(`/tokens/${id}/revoke`, first, { reason: 'was in a log' }))).status).toBe(
      'revoked',
    );
    const { detail } = await expectProblem(await ask('/whoami', token), 401, 'Unauthenticated');
    expect(detail).toContain('was revoked');
    await until('the other knows', () =>
      other.actorOf(token).then(
        () => false,
        () => true,
      ),
    );
    // Revoking again changes nothing.
    const { tokens } = await json(await ask('/tokens', first));
    const again = await json(await ask(`/tokens/${id}/revoke`, first, {}));
    expect(again).toEqual(tokens.find((one: { id: string }) => one.id === id));
  });

  it('in a project that it does not name', async () => {
    const { token } = await made({ projects: ['another'] });
    await expectProblem(await ask('/whoami', token), 401, 'Unauthenticated');
  });

  it('for runs and events of another project', async () => {
    for (const [path, code] of [
      ['/runs/run:another:x:y:z/cancel', 404],
      [`/events/evt_${Buffer.from('inbox:another:s:t\nk').toString('base64url')}/replay`, 404],
    ] as const)
      expect((await ask(path, first, {})).status).toBe(code);
  });
});

describe('making one is refused', () => {
  it.each([
    ['with the name of a person', { name: 'ada' }, 409, 'WrongState'],
    ['with the name of the first admin', { name: 'admin' }, 409, 'WrongState'],
    ['for an unknown environment', { environments: ['moon'] }, 404, 'NotFound'],
    ['for an admin of one environment', { role: 'admin', environments: ['staging'] }, 400, 'Malformed'],
    ['without saying for how long', { expiresIn: undefined }, 400, 'Malformed'],
    ['with an unknown role', { role: 'owner' }, 400, 'Malformed'],
  ])('%s', async (_, wanted, status, code) => {
    await expectProblem(await make(wanted), status, code);
  });

  it('twice at the same time with one name', async () => {
    const name = `t-${randomUUID().slice(0, 8)}`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => make({ name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('by an operator, and for other projects by an admin who is not the first', async () => {
    await expectProblem(await make({}, (await made({})).token), 403, 'NotAllowed');
    const { token } = await made({ role: 'admin' });
    expect((await make({}, token)).status).toBe(201);
    await expectProblem(await make({ projects: ['another'] }, token), 403, 'NotAllowed');
  });
});

it('writes down who made and who revoked one, and why', async () => {
  const { id } = await made({ reason: 'nightly' });
  await ask(`/tokens/${id}/revoke`, first, { reason: 'no longer' });
  const target = `/tokens/${id}/revoke`;
  await until('the audit has it', async () => {
    const { audit } = await json(await ask(`/audit?target=${encodeURIComponent(target)}`, first));
    return audit.length === 2 && audit[0].reason === 'no longer' && audit[0].actor === 'admin';
  });
});

it('keeps to what it knows while the ledger is down, also after a restart', async () => {
  const { token, id } = await made({});
  await made({});
  const name = new URL(world.database.url).pathname.slice(1);
  const administer = async (allow: boolean) => {
    const client = new Client({ connectionString: ledgerServerUrl() });
    await client.connect();
    await client.query(`alter database ${name} allow_connections ${String(allow)}`);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await client.end();
  };
  await administer(false);
  try {
    await expectProblem(await make({}), 503, 'LedgerUnavailable');
    await expectProblem(await ask(`/tokens/${id}/revoke`, first, {}), 503, 'LedgerUnavailable');
    expect((await ask('/whoami', token)).status).toBe(200);
    const restarted = await world.known();
    expect(await restarted.actorOf(token)).toMatchObject({ role: 'operator' });
    await expectProblem(
      await ask('/whoami', `sgl_${'f'.repeat(16)}_${'A'.repeat(43)}`),
      401,
      'Unauthenticated',
    );
  } finally {
    await administer(true);
  }
});
