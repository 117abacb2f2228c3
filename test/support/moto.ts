import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { listening } from '../../scripts/setup/listening';
import { spawnGroup } from '../../src/process';
import { freePort } from '../../src/target/free-port';
import { motoPath } from '../setup/temporal';
import { type S3Proxy, startProxy } from './s3-proxy';

const startMs = 30_000;
const graceMs = 2000;

/** An S3 server of one test file. */
export interface Moto {
  proxy: S3Proxy;
  /** For what the platform never does, such as deleting. */
  client: S3Client;
  /** The `s3://` URL of a new, empty bucket. */
  bucket: () => Promise<URL>;
  stop: () => Promise<void>;
}

/** Starts Moto behind a proxy and names both in the AWS_* variables of this test file. */
export async function startMoto(): Promise<Moto> {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-moto-'));
  const port = await freePort();
  const group = spawnGroup([motoPath(), '-p', String(port)], {
    cwd: folder,
    // Pages of five make every list of a test a long one.
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, MOTO_S3_DEFAULT_MAX_KEYS: '5' },
    stdio: 'ignore',
  });
  const ended = group.exited.then(() => Promise.reject(new Error('Moto ended instead of listening')));
  await Promise.race([listening(port, AbortSignal.timeout(startMs)), ended]);
  ended.catch(() => undefined);
  const proxy = await startProxy(port);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id-of-the-tests',
    AWS_SECRET_ACCESS_KEY: 'key-of-the-tests',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  const client = new S3Client({ forcePathStyle: true });
  return {
    proxy,
    client,
    async bucket() {
      const name = `tests-${randomUUID()}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return new URL(`s3://${name}/some/prefix`);
    },
    async stop() {
      client.destroy();
      await proxy.stop();
      await group.stop(graceMs);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
