import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pack, unpack } from '../../../activities/archive';
import { type Moto, startMoto } from '../../support/moto';
import { type Opened, vendors } from './vendors';

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

const digestOf = (content: Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

describe.each(vendors)('a blob store of %s', (_name, openVendor) => {
  let vendor: Opened;
  let folder: string;
  beforeAll(async () => {
    vendor = await openVendor(moto);
    folder = await mkdtemp(join(tmpdir(), 'sagaline-blobs-'));
  });
  afterAll(async () => {
    await vendor.close();
    await rm(folder, { recursive: true });
  });

  const put = async (content: Uint8Array) => {
    await writeFile(join(folder, 'in'), content);
    return vendor.open().put(join(folder, 'in'));
  };

  it('gives back every content under its digest', async () => {
    const content = fc.uint8Array({ maxLength: 3000, size: 'max' });
    const roundTrip = fc.asyncProperty(content, async (bytes) => {
      const digest = await put(bytes);
      expect(digest).toBe(digestOf(bytes));
      await vendor.open().get(digest, join(folder, 'sub', 'out'));
      expect(await readFile(join(folder, 'sub', 'out'))).toEqual(Buffer.from(bytes));
    });
    await fc.assert(roundTrip, { numRuns: 25, examples: [[new Uint8Array()]] });
  });

  it('takes content of many megabytes', async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    const digest = await put(bytes);
    await vendor.open().get(digest, join(folder, 'large'));
    expect(digestOf(await readFile(join(folder, 'large')))).toBe(digest);
  });

  it('stores the same content once for ten writers', async () => {
    const file = join(folder, 'same');
    await writeFile(file, randomBytes(5000));
    const digests = await Promise.all(Array.from({ length: 10 }, () => vendor.open().put(file)));
    expect(new Set(digests).size).toBe(1);
    await vendor.open().get(digests[0] ?? '', join(folder, 'same-out'));
    expect(await readFile(join(folder, 'same-out'))).toEqual(await readFile(file));
  });

  it('has nothing under a digest that was not stored', async () => {
    const digest = digestOf(randomBytes(8));
    const got = vendor.open().get(digest, join(folder, 'none'));
    await expect(got).rejects.toMatchObject({ code: 'NotFound', detail: expect.stringContaining(digest) });
    expect(await readdir(folder)).not.toContain('none');
  });

  it.each(['', 'sha256:', '../../etc/passwd', `sha256:${'A'.repeat(64)}`])(
    'refuses the digest %j',
    async (digest) => {
      const got = vendor.open().get(digest, join(folder, 'none'));
      await expect(got).rejects.toMatchObject({ code: 'Malformed' });
    },
  );

  it.each(['something else of any length', ''])(
    'gives out nothing when the content has become %j',
    async (content) => {
      const digest = await put(randomBytes(100));
      await vendor.damage(digest, content);
      const got = vendor.open().get(digest, join(folder, 'damaged'));
      const detail = expect.stringContaining(digest.slice('sha256:'.length));
      await expect(got).rejects.toMatchObject({ code: 'BlobDamaged', detail });
      expect((await readdir(folder)).filter((name) => name.startsWith('damaged'))).toEqual([]);
    },
  );

  it('keeps under a name what the first of ten writers put there', async () => {
    const name = 'cache:acme/shop:npm-\u00fc ../..';
    expect(await vendor.open().lookup(name)).toBeUndefined();
    const digests = Array.from({ length: 10 }, () => digestOf(randomBytes(8)));
    // What each writer finds right after its own write is already what all find for ever.
    const seen = await Promise.all(
      digests.map(async (digest) => {
        const store = vendor.open();
        await store.name(name, digest);
        return store.lookup(name);
      }),
    );
    expect(digests).toContain(seen[0]);
    expect(new Set(seen).size).toBe(1);
    await vendor.open().name(name, digestOf(randomBytes(8)));
    expect(await vendor.open().lookup(name)).toBe(seen[0]);
  });

  it('keeps names apart', async () => {
    const digests = [digestOf(randomBytes(8)), digestOf(randomBytes(8))] as const;
    await vendor.open().name('cache:a:b', digests[0]);
    await vendor.open().name('cache:a', digests[1]);
    expect(await vendor.open().lookup('cache:a:b')).toBe(digests[0]);
    expect(await vendor.open().lookup('cache:a')).toBe(digests[1]);
    expect(await vendor.open().lookup('cache')).toBeUndefined();
  });

  it('carries an artifact from one step to another that shares no disk with it', async () => {
    const from = await mkdtemp(join(folder, 'one-'));
    const to = await mkdtemp(join(folder, 'other-'));
    await writeFile(join(from, 'server.js'), 'listen()');
    const digest = await pack(vendor.open(), from, ['*.js']);
    await rm(from, { recursive: true });
    await unpack(vendor.open(), digest, to);
    expect(await readFile(join(to, 'server.js'), 'utf8')).toBe('listen()');
  });
});
