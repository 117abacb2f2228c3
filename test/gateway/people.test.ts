import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readSettings } from '../../src/config';
import { configurationSchema, type PlatformConfiguration } from '../../src/domain/configuration';
import { operations } from '../../src/gateway/operations';
import { peopleOf } from '../../src/gateway/people';
import { spawnGroup } from '../../src/process';
import { freePort } from '../../src/target/free-port';
import { devServerAddress } from '../setup/temporal';
import { bearer, expectProblem, json, startGateway, type TestGateway, token } from './gateway';

const environment = {
  ADA: 'a-long-token-of-ada',
  BOB: 'a-long-token-of-bob',
  EVE: 'a-long-token-of-eve',
  MAX: 'a-long-token-of-max',
  SHORT: 'fifteen-letters',
  SPACED: 'a long token with spaces',
  EMPTY: '',
  TWIN: 'a-long-token-of-ada',
  SAME: token,
};

let people: unknown[] = [];
const configuration = {
  current: (): Promise<PlatformConfiguration> =>
    Promise.resolve(configurationSchema.parse({ apiVersion: 'sagaline/v1', people })),
};
const lines: string[] = [];
const log = pino({}, { write: (line: string) => lines.push(line) });

let gateway: TestGateway;
beforeAll(async () => {
  const settings = readSettings(environment);
  gateway = await startGateway(undefined, { credentials: peopleOf(settings, configuration, token, log) });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  lines.length = 0;
  people = [
    { name: 'ada', token: '${env:ADA}', role: 'viewer', teams: ['shop'] },
    { name: 'bob', token: '${env:BOB}', teams: ['shop', '*'] },
    { name: 'eve', token: '${env:EVE}', role: 'admin', teams: ['shop'] },
  ];
});

const ask = (path: string, given: string | null, method = 'GET') =>
  fetch(`${gateway.url}${path}`, {
    method,
    headers: given === null ? {} : { authorization: `Bearer ${given}` },
  });

it.each([
  ['the first admin', token, { name: 'admin', role: 'admin', teams: ['*'] }],
  ['a viewer', environment.ADA, { name: 'ada', role: 'viewer', teams: ['shop'] }],
  [
    'an operator, who cannot be of every team',
    environment.BOB,
    { name: 'bob', role: 'operator', teams: ['shop'] },
  ],
  ['an admin, who is of every team', environment.EVE, { name: 'eve', role: 'admin', teams: ['*'] }],
])('tells %s who they are', async (_, given, expected) => {
  const answer = await ask('/whoami', given);
  expect({ status: answer.status, body: await json(answer) }).toEqual({
    status: 200,
    body: { ...expected, environments: null },
  });
});

describe('at every call that is not open', () => {
  const closed = operations.filter(({ open }) => !open);
  const acting = closed.filter(({ method }) => method !== 'get');
  const reading = closed.filter(({ method }) => method === 'get');

  it.each(acting.map(({ method, path }) => [method, path]))(
    '%s %s refuses a viewer',
    async (method, path) => {
      const answer = await ask(path, environment.ADA, method.toUpperCase());
      const { detail } = await expectProblem(answer, 403, 'NotAllowed');
      expect(detail).toContain('ada has the role viewer');
    },
  );

  it.each(reading.map(({ path, admin, errors = [] }) => [path, admin, errors] as const))(
    'get %s answers a viewer unless it is for admins',
    async (path, admin, errors) => {
      const { status } = await ask(path, environment.ADA);
      if (admin) expect(status).toBe(403);
      // This gateway has no ledger.
      else expect(errors.includes('LedgerUnavailable') ? [503] : [200, 404]).toContain(status);
    },
  );

  it.each(acting.map(({ path, admin }) => [path, admin] as const))(
    'POST %s takes an admin, and an operator unless it is for admins',
    async (path, admin) => {
      const passed = path.startsWith('/ledger') ? [503] : [400, 404, 415];
      expect(passed).toContain((await ask(path, environment.EVE, 'POST')).status);
      const { status } = await ask(path, environment.BOB, 'POST');
      expect(admin ? [403] : passed).toContain(status);
    },
  );
});

it('goes by sagaline.yaml as it is at each request', async () => {
  expect((await ask('/whoami', environment.MAX)).status).toBe(401);
  people = [...people, { name: 'max', token: '${env:MAX}', role: 'viewer' }];
  expect((await ask('/runs/run:x/cancel', environment.MAX, 'POST')).status).toBe(403);
  people = [{ name: 'max', token: '${env:MAX}', role: 'operator' }];
  expect((await ask('/runs/run:x/cancel', environment.MAX, 'POST')).status).toBe(404);
  await expectProblem(await ask('/whoami', environment.ADA), 401, 'Unauthenticated');
});

describe('somebody whose token', () => {
  it.each([
    ['is not set', 'UNSET', 'is not set', ['', 'undefined', 'null', 'UNSET', '${env:UNSET}']],
    ['is empty', 'EMPTY', 'is not set', ['', '${env:EMPTY}']],
    ['is short', 'SHORT', '16 characters', [environment.SHORT]],
    ['has spaces', 'SPACED', '16 characters', [environment.SPACED, 'a']],
  ])('%s is unknown, which is logged once', async (_, variable, problem, tries) => {
    people = [...people, { name: `max-${variable}`, token: `\${env:${variable}}`, role: 'admin' }];
    for (const given of [...tries, null])
      await expectProblem(await ask('/whoami', given), 401, 'Unauthenticated');
    expect((await ask('/whoami', environment.ADA)).status).toBe(200);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      person: `max-${variable}`,
      problem: expect.stringContaining(problem),
    });
    expect(lines.join()).not.toContain(environment.SHORT);
  });

  it.each([
    ['TWIN', environment.TWIN, 'ada'],
    ['SAME', environment.SAME, 'admin'],
  ])("is another's (%s) does not act in that one's place", async (variable, given, owner) => {
    people = [...people, { name: 'max', token: `\${env:${variable}}`, role: 'admin' }];
    expect(await json(await ask('/whoami', given))).toMatchObject({ name: owner });
    expect(lines.join()).toContain(`the token of ${owner}`);
    expect(lines.join()).not.toContain(given);
  });
});

it('is read by the gateway process from its file and its environment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-people-'));
  const file = join(folder, 'sagaline.yaml');
  const port = await freePort();
  await writeFile(file, JSON.stringify({ apiVersion: 'sagaline/v1', people }));
  const main = join(__dirname, '../../dist/src/gateway/main.js');
  const group = spawnGroup([process.execPath, main], {
    cwd: folder,
    env: {
      ...{ TEMPORAL_ADDRESS: devServerAddress(), SAGALINE_STATE: folder, SAGALINE_CONFIG: file },
      ...{ SAGALINE_PORT: String(port), SAGALINE_TOKEN: token, ADA: environment.ADA },
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    expect(await once(group.child, 'message')).toContain('ready');
    const whoami = async (authorization: string) =>
      json(await fetch(`http://127.0.0.1:${port}/whoami`, { headers: { authorization } }));
    expect(await whoami(`Bearer ${environment.ADA}`)).toEqual({
      name: 'ada',
      role: 'viewer',
      teams: ['shop'],
      environments: null,
    });
    expect(await whoami(bearer.authorization)).toMatchObject({ name: 'admin', role: 'admin' });
    expect(await whoami(`Bearer ${environment.BOB}`)).toMatchObject({ status: 401 });
  } finally {
    await group.stop(0);
    await rm(folder, { recursive: true, force: true });
  }
});
