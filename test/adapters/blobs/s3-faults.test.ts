import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStore } from '../../../src/adapters/blobs';
import { stepLogs } from '../../../src/adapters/logs';
import { readSettings } from '../../../src/config';
import type { BlobStore } from '../../../src/ports';
import { type Moto, startMoto } from '../../support/moto';

let moto: Moto;
let store: BlobStore;
let folder: string;
beforeAll(async () => {
  moto = await startMoto();
  store = blobStore({ state: '/nowhere', blobs: await moto.bucket() });
  folder = await mkdtemp(join(tmpdir(), 'sagaline-blobs-'));
});
afterEach(() => {
  moto.proxy.fault = () => undefined;
});
afterAll(async () => {
  await moto.stop();
  await rm(folder, { recursive: true });
});

async function file(): Promise<string> {
  const path = join(folder, 'in');
  await writeFile(path, randomBytes(3000));
  return path;
}

/** Every operation of a store. */
const operations: [string, (of: BlobStore) => Promise<unknown>][] = [
  ['put', async (of) => of.put(await file())],
  ['get', (of) => of.get(`sha256:${'0'.repeat(64)}`, join(folder, 'out'))],
  ['lookup', (of) => of.lookup('name')],
  ['name', (of) => of.name('name', `sha256:${'0'.repeat(64)}`)],
];

describe.each(operations)('%s', (_name, operation) => {
  it('says that S3 is away when it is', async () => {
    moto.proxy.fault = () => 'refused';
    await expect(operation(store)).rejects.toMatchObject({
      code: 'BlobsUnavailable',
      row: { retryable: true },
    });
  });

  it('says that the bucket is missing, and takes that for no missing blob', async () => {
    const elsewhere = blobStore({ state: '/nowhere', blobs: new URL('s3://no-such-bucket') });
    const detail = expect.stringContaining('NoSuchBucket');
    await expect(operation(elsewhere)).rejects.toMatchObject({ code: 'BlobsUnavailable', detail });
  });
});

it.each(['refused', 'answer lost'] as const)('an upload is sent again when one was %s', async (fault) => {
  const uploads: string[] = [];
  moto.proxy.fault = (method, path) => {
    if (method === 'PUT') uploads.push(path);
    return uploads.length === 1 ? fault : undefined;
  };
  const path = await file();
  await store.get(await store.put(path), join(folder, 'out'));
  expect(await readFile(join(folder, 'out'))).toEqual(await readFile(path));
  expect(uploads).toHaveLength(2);
});

it('a blob that is there already is not sent again', async () => {
  const path = await file();
  await store.put(path);
  moto.proxy.fault = (method) => (method === 'PUT' ? 'refused' : undefined);
  await store.put(path);
});

describe('the settings', () => {
  it('take SAGALINE_BLOBS as a URL, and nothing for the state folder', () => {
    expect(readSettings({ SAGALINE_BLOBS: 's3://my.bucket/a/b' }).blobs?.href).toBe('s3://my.bucket/a/b');
    expect(readSettings({}).blobs).toBeUndefined();
    const detail = expect.stringMatching(/^SAGALINE_BLOBS: .*s3:\/\/bucket/);
    expect(() => readSettings({ SAGALINE_BLOBS: 'my-bucket' })).toThrow(
      expect.objectContaining({ code: 'InvalidConfiguration', detail }),
    );
  });

  it.each([blobStore, stepLogs])('name a known scheme (%p)', (make) => {
    const detail = expect.stringMatching(/^SAGALINE_BLOBS: .*gs:\/\/.*there are: s3:\/\/.*files/);
    const unknown = () => make({ state: '/nowhere', blobs: new URL('gs://bucket') });
    expect(unknown).toThrow(expect.objectContaining({ code: 'InvalidConfiguration', detail }));
  });

  it.each(['s3:///prefix', 's3:bucket'])('name a bucket, as %s does not', (url) => {
    const unnamed = () => blobStore({ state: '/nowhere', blobs: new URL(url) });
    expect(unnamed).toThrow(expect.objectContaining({ code: 'InvalidConfiguration' }));
  });
});
