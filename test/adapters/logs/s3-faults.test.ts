import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { S3StepLogs } from '../../../src/adapters/logs/s3';
import { Bucket } from '../../../src/adapters/s3/bucket';
import type { StepLogs } from '../../../src/ports';
import { type Moto, startMoto } from '../../support/moto';
import { until } from '../../support/until';

const partBytes = 256 * 1024;

let moto: Moto;
let url: URL;
let logs: StepLogs;
let run: string;
beforeAll(async () => {
  moto = await startMoto();
});
beforeEach(async () => {
  url = await moto.bucket();
  logs = new S3StepLogs(new Bucket(url), 0);
  run = `run:${randomUUID()}`;
});
afterEach(() => {
  moto.proxy.fault = () => undefined;
});
afterAll(() => moto.stop());

/** Ends a log; rejects with what went wrong with it. */
const ended = (stream: Writable, content: string | Buffer) =>
  new Promise<void>((resolve, reject) => {
    stream.once('error', reject);
    stream.end(content, resolve);
  });

async function whole(): Promise<string> {
  const size = (await logs.size(run, 'build')) ?? 0;
  return text(logs.read(run, 'build', 0, size - 1));
}

/** Keys of the parts in the bucket, in order. */
async function partKeys(): Promise<string[]> {
  const found = await moto.client.send(new ListObjectsV2Command({ Bucket: url.hostname, MaxKeys: 1000 }));
  return (found.Contents ?? []).map(({ Key = '' }) => Key).filter((key) => /\/\d+$/.test(key));
}

const remove = (keys: string[]) =>
  Promise.all(keys.map((Key) => moto.client.send(new DeleteObjectCommand({ Bucket: url.hostname, Key }))));

it('has nothing twice when the answer to a write was lost', async () => {
  const stream = await logs.append(run, 'build');
  const lost: string[] = [];
  moto.proxy.fault = (method, path) => {
    if (method !== 'PUT' || lost.length > 0) return undefined;
    lost.push(path);
    return 'answer lost';
  };
  await ended(stream, 'once\n');
  expect(lost).toHaveLength(1);
  expect(await whole()).toBe('once\n');
});

it('has everything when S3 was away for a while', async () => {
  const stream = await logs.append(run, 'build');
  let refused = 0;
  moto.proxy.fault = () => {
    refused += 1;
    return 'refused';
  };
  stream.write('before\n');
  // More often than one request is tried.
  await until('a part is refused', () => refused > 5);
  stream.write('meanwhile\n');
  moto.proxy.fault = () => undefined;
  await ended(stream, 'after\n');
  expect(await whole()).toBe('before\nmeanwhile\nafter\n');
});

it('holds its writer back while S3 is away, so that memory is bounded', async () => {
  const stream = await logs.append(run, 'build');
  moto.proxy.fault = () => 'refused';
  const chunk = Buffer.alloc(partBytes, 'x');
  const first = new Promise((resolve) => stream.write(chunk, resolve));
  expect(stream.write(chunk)).toBe(false);
  expect(stream.writableLength).toBe(2 * partBytes);
  moto.proxy.fault = () => undefined;
  await first;
  await ended(stream, '');
  expect(await logs.size(run, 'build')).toBe(2 * partBytes);
});

it('fails at its end when S3 stays away, and nobody has to listen', async () => {
  const stream = await logs.append(run, 'build');
  moto.proxy.fault = () => 'refused';
  const failure = await new Promise((resolve) => {
    stream.end('never stored\n', (error?: Error | null) => {
      resolve(error);
    });
  });
  expect(failure).toMatchObject({ code: 'BlobsUnavailable' });
  moto.proxy.fault = () => undefined;
  await ended(await logs.append(run, 'build'), 'second attempt\n');
  expect(await whole()).toBe('second attempt\n');
});

it('cannot be opened while S3 is away, before a step does anything', async () => {
  moto.proxy.fault = () => 'refused';
  await expect(logs.append(run, 'build')).rejects.toMatchObject({ code: 'BlobsUnavailable' });
  await expect(logs.size(run, 'build')).rejects.toMatchObject({ code: 'BlobsUnavailable' });
  await expect(text(logs.read(run, 'build', 0, 9))).rejects.toMatchObject({ code: 'BlobsUnavailable' });
});

it('is made of parts of at most 256 KiB', async () => {
  await ended(await logs.append(run, 'build'), Buffer.alloc(2 * partBytes + 1));
  expect((await partKeys()).map((key) => Number(key.split('/').at(-1)))).toEqual([
    0,
    partBytes,
    2 * partBytes,
  ]);
});

it('is not read across parts that have expired, and is gone when all have', async () => {
  await ended(await logs.append(run, 'build'), Buffer.alloc(partBytes, 'a'));
  await ended(await logs.append(run, 'build'), 'later\n');
  expect(await logs.size(run, 'build')).toBe(partBytes + 6);
  const [first = ''] = await partKeys();
  await remove([first]);
  expect(await text(logs.read(run, 'build', partBytes, partBytes + 5))).toBe('later\n');
  await expect(whole()).rejects.toMatchObject({ code: 'NotFound' });
  const { Contents = [] } = await moto.client.send(new ListObjectsV2Command({ Bucket: url.hostname }));
  await remove(Contents.map(({ Key = '' }) => Key));
  expect(await logs.size(run, 'build')).toBeUndefined();
});

it('is left by a reader in the middle of it', async () => {
  await ended(await logs.append(run, 'build'), Buffer.alloc(12 * partBytes));
  const reader = logs.read(run, 'build', 0, 12 * partBytes - 1);
  await once(reader, 'readable');
  const closed = once(reader, 'close');
  reader.destroy();
  await closed;
  expect(await logs.size(run, 'build')).toBe(12 * partBytes);
});

it('is followed by looking only at what came after its last part', async () => {
  for (let part = 0; part < 7; part += 1) await ended(await logs.append(run, 'build'), 'x');
  expect(await logs.size(run, 'build')).toBe(7);
  const asked: string[] = [];
  moto.proxy.fault = (method, path) => {
    asked.push(`${method} ${path}`);
    return undefined;
  };
  expect(await logs.size(run, 'build')).toBe(7);
  expect(asked).toEqual([expect.stringMatching(/^GET .*list-type=2.*start-after=/)]);
});
