import { join } from 'node:path';
import { SagalineError } from '../../domain/errors';
import type { BlobStore } from '../../ports';
import { Bucket } from '../s3/bucket';
import { FileBlobStore } from './files';
import { S3BlobStore } from './s3';

interface BlobSettings {
  /** The platform's state folder, absolute. */
  state: string;
  /** Where blobs are; undefined for files in the state folder. */
  blobs: URL | undefined;
}

const vendors = new Map<string, (url: URL) => BlobStore>([
  ['s3:', (url) => new S3BlobStore(new Bucket(url))],
]);

/** The blob store that the settings name; throws InvalidConfiguration for an unknown scheme. */
export function blobStore({ state, blobs }: BlobSettings): BlobStore {
  if (blobs === undefined) return new FileBlobStore(join(state, 'blobs'));
  const make = vendors.get(blobs.protocol);
  if (make) return make(blobs);
  const known = [...vendors.keys()].map((scheme) => `${scheme}//`).join(', ');
  throw new SagalineError(
    'InvalidConfiguration',
    `SAGALINE_BLOBS: no blob store ${blobs.protocol}//; there are: ${known}, and files when it is not set`,
  );
}
