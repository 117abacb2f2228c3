import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { blobStore } from '../../../src/adapters/blobs';
import type { BlobStore } from '../../../src/ports';
import type { Moto } from '../../support/moto';

/** One vendor's store as the conformance tests need it. */
export interface Opened {
  /** As another process sees the same store. */
  open: () => BlobStore;
  /** Replaces a blob's stored content behind the store's back. */
  damage: (digest: string, content: string) => Promise<void>;
  close: () => Promise<void>;
}

type Vendor = (moto: Moto) => Promise<Opened>;

const pathOf = (digest: string) => digest.replace(/^sha256:(..)/, 'sha256/$1/$1');

/** Every vendor of the port. */
export const vendors: [name: string, open: Vendor][] = [
  [
    'files',
    async () => {
      const state = await mkdtemp(join(tmpdir(), 'sagaline-blobs-'));
      return {
        open: () => blobStore({ state, blobs: undefined }),
        damage: (digest, content) => writeFile(join(state, 'blobs', pathOf(digest)), content),
        close: () => rm(state, { recursive: true }),
      };
    },
  ],
  [
    'S3',
    async (moto) => {
      const blobs = await moto.bucket();
      return {
        open: () => blobStore({ state: '/nowhere', blobs }),
        async damage(digest, content) {
          const at = { Bucket: blobs.hostname, Key: `some/prefix/${pathOf(digest)}` };
          await moto.client.send(new DeleteObjectCommand(at));
          await moto.client.send(
            new PutObjectCommand({ ...at, Body: content, ContentLength: content.length }),
          );
        },
        close: () => Promise.resolve(),
      };
    },
  ],
];
