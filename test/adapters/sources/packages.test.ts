import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourcePackages } from '../../../src/adapters/sources/packages';
import { parseConfiguration } from '../../../src/domain/configuration-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-sources-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const secrets = ['a-known-secret'];
const receivedAt = '2026-01-02T03:04:05.000Z';

/** A source whose file in the folder holds this text. */
async function sourceOf(text: string, name = 'own') {
  const file = `./${name}-${String(Math.random()).slice(2)}.js`;
  await writeFile(join(folder, file), text);
  const log = { error: jest.fn() };
  const packages = packagesOf([{ name, package: file }], log);
  return { log, packages, find: () => packages.find(name) };
}

function packagesOf(list: object[], log = { error: jest.fn() }) {
  const entries = list.map((entry) => ({ secrets: ['${env:SECRET}'], ...entry }));
  const text = `apiVersion: sagaline/v1\nsources: ${JSON.stringify(entries)}\n`;
  const current = () => Promise.resolve(parseConfiguration('sagaline.yaml', text));
  return new SourcePackages(join(folder, 'sagaline.yaml'), { current }, log);
}

const written = (change: string) =>
  `module.exports = { verify: () => true, normalise: () => [], ${change} };`;

/** What a delivery is read as by a source with these members. */
async function read(change: string, body = '{"a":1}') {
  const source = await (await sourceOf(written(change))).find();
  const delivery = { headers: { 'x-kind': 'push' }, query: { q: '1' }, body: Buffer.from(body), receivedAt };
  return source!.read(delivery, secrets);
}

it('knows the sources that have a package', async () => {
  const packages = packagesOf([{ name: 'github' }, { name: 'own', package: './own.js' }]);
  expect(await packages.names()).toEqual(['own']);
  expect(await packages.find('github')).toBeUndefined();
  expect(await packages.find('other')).toBeUndefined();
});

it('has limits of its own, and common ones where the package says nothing', async () => {
  const plain = await (await sourceOf(written(''))).find();
  expect(plain).toMatchObject({ name: 'own', maxBytes: 1024 * 1024, mediaTypes: ['application/json'] });
  const own = await (await sourceOf(written('maxBytes: 9, mediaTypes: ["Text/Plain"]'))).find();
  expect(own).toMatchObject({ maxBytes: 9, mediaTypes: ['text/plain'], batched: true });
});

describe('verify', () => {
  const verify = async (text: string) => {
    const source = await (await sourceOf(written(`verify: ${text}`))).find();
    return source!.verify(
      { headers: { token: 'a-known-secret' }, body: Buffer.from('x'), receivedAt },
      secrets,
    );
  };

  it.each([
    'true && (() => true)',
    'async () => true',
    '({ headers, body, query }, [secret]) => headers.token === secret && body.toString() === "x" && !query.q',
  ])('accepts by %s', async (text) => {
    await expect(verify(text)).resolves.toBeUndefined();
  });

  it.each([
    '() => false',
    '() => undefined',
    '() => 1',
    '() => "true"',
    'async () => null',
    '() => ({ then: 1 })',
    '() => { throw new Error("a-known-secret") }',
    '() => Promise.reject(new Error("a-known-secret"))',
    '() => { throw null }',
  ])('refuses by %s, and tells nothing of it', async (text) => {
    const refusal = { code: 'Unauthenticated', detail: 'the source own does not accept this delivery' };
    await expect(verify(text)).rejects.toMatchObject(refusal);
  });

  it('changes nothing of what is read', async () => {
    const change = 'verify: ({ body }) => body.fill(0) && true, normalise: ({ body }) => JSON.parse(body)';
    const source = await (await sourceOf(written(change))).find();
    const delivery = { headers: {}, body: Buffer.from('[]'), receivedAt };
    await source!.verify(delivery, secrets);
    expect(await source!.read(delivery, secrets)).toEqual([]);
  });
});

describe('normalise', () => {
  const event =
    '{ id: "1", kind: "push", time: "2026-01-01T00:00:00Z", data: { repository: "acme/shop", ref: "refs/heads/main", commit: null, previousCommit: null } }';

  it('returns events, which are validated and reduced', async () => {
    const [reading, ...more] = await read(`normalise: async () => [${event}]`);
    expect(more).toEqual([]);
    expect(reading).toMatchObject({
      problem: null,
      event: {
        source: 'own',
        deliveryId: '1',
        kind: 'push',
        subject: 'acme/shop:refs/heads/main',
        time: '2026-01-01T00:00:00.000Z',
        bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        data: { repository: 'acme/shop', deleted: false },
      },
    });
  });

  it('gets all of the delivery', async () => {
    const own =
      'normalise: ({ headers, query, body, receivedAt }) => [{ id: "1", kind: "custom", data: { headers, query, body: String(body), receivedAt } }]';
    const [reading] = await read(own);
    expect(reading?.event.data).toEqual({
      ...{ headers: { 'x-kind': 'push' }, query: { q: '1' }, body: '{"a":1}', receivedAt },
    });
    expect(reading?.event.time).toBe(receivedAt);
  });

  it('has its body known again under another id, unless its ids are signed', async () => {
    const two = 'normalise: () => ["1", "2"].map((id) => ({ id, kind: "custom", data: {} }))';
    const hashes = (await read(two)).map(({ event }) => event.bodyHash);
    expect(new Set(hashes).size).toBe(2);
    expect((await read(two)).map(({ event }) => event.bodyHash)).toEqual(hashes);
    const signed = await read(`${two}, signedIds: true`);
    expect(signed.map(({ event }) => event.bodyHash)).toEqual(['', '']);
  });

  it.each([
    ['() => { throw new Error("no field of that name") }', /^normalise failed: no field of that name$/],
    ['() => Promise.reject("broken")', /^normalise failed: broken$/],
    ['() => ({})', /must return a list/],
    ['() => undefined', /must return a list/],
    ['() => { const self = []; self.push(self); return self }', /^normalise failed: .*circular/],
    ['() => [1n]', /^normalise failed: /],
    ['() => [{ id: "1", kind: "push", data: {} }]', /^repository: /],
    ['() => [{ id: "1", kind: "manual", data: {} }]', /cannot be sent/],
    ['() => [{ id: "1", kind: "unheard", data: {} }]', /unheard is not known/],
    ['() => [{ id: "", kind: "custom", data: {} }]', /^id: /],
    ['() => [{ kind: "custom", data: {} }]', /^id: /],
    ['() => [{ id: "1", kind: "custom", data: { a: "x".repeat(40000) } }]', /at most 32768 are kept/],
    ['() => [null]', /must be a map of fields/],
  ])('%s makes a dead letter with the reason', async (text, reason) => {
    const readings = await read(`normalise: ${text}`);
    expect(readings).toMatchObject([
      { problem: expect.stringMatching(reason), event: { subject: 'dead-letter' } },
    ]);
  });

  it('cannot tell on a secret, by an error, an event or a dead letter', async () => {
    const failing = '({ body }) => { throw new Error(body + " and a-known-secret") }';
    const telling = '() => [{ id: "a-known-secret", kind: "custom", data: { a: "a-known-secret" } }]';
    for (const text of [failing, telling]) {
      const readings = await read(`normalise: ${text}`, `{"token":"${secrets[0]}"}`);
      expect(JSON.stringify(readings)).not.toContain('a-known-secret');
      expect(JSON.stringify(readings)).toContain('[secret]');
    }
  });
});

describe('a package that cannot be loaded', () => {
  it.each([
    ['throw new Error("no licence\\nmore")', /fails to load: no licence$/],
    ['module.exports = { verify: () => true }', /must export `defineSource/],
    [
      'module.exports = { verify: () => true, normalise: () => [], maxBytes: 1e9 }',
      /must export `defineSource/,
    ],
    ['syntax error', /fails to load/],
  ])('%s refuses, and says why in the log alone', async (text, problem) => {
    const { find, log } = await sourceOf(text);
    const refusal = {
      code: 'Unavailable',
      detail: expect.stringContaining('the package of the source own cannot be loaded'),
    };
    await expect(find()).rejects.toMatchObject(refusal);
    await expect(find()).rejects.not.toThrow(folder);
    expect(log.error.mock.calls).toEqual([
      [{ source: 'own', problem: expect.stringMatching(problem) }, expect.any(String)],
    ]);
  });

  it('is not looked for again at each request', async () => {
    const log = { error: jest.fn() };
    const packages = packagesOf([{ name: 'own', package: './gone.js' }], log);
    for (let at = 0; at < 5; at++)
      await expect(packages.find('own')).rejects.toMatchObject({ code: 'Unavailable' });
    expect(log.error).toHaveBeenCalledTimes(1);
  });
});
