import { join } from 'node:path';
import { SagalineError } from '../../domain/errors';
import type { StepLogs } from '../../ports';
import { Bucket } from '../s3/bucket';
import { FileStepLogs } from './files';
import { S3StepLogs } from './s3';

interface LogSettings {
  /** The platform's state folder, absolute. */
  state: string;
  /** Where blobs and logs are; undefined for files in the state folder. */
  blobs: URL | undefined;
}

const vendors = new Map<string, (url: URL) => StepLogs>([['s3:', (url) => new S3StepLogs(new Bucket(url))]]);

/** The logs of steps where the settings say that blobs are; throws InvalidConfiguration for an unknown scheme. */
export function stepLogs({ state, blobs }: LogSettings): StepLogs {
  if (blobs === undefined) return new FileStepLogs(join(state, 'logs', 'runs'));
  const make = vendors.get(blobs.protocol);
  if (make) return make(blobs);
  const known = [...vendors.keys()].map((scheme) => `${scheme}//`).join(', ');
  throw new SagalineError(
    'InvalidConfiguration',
    `SAGALINE_BLOBS: no logs in ${blobs.protocol}//; there are: ${known}, and files when it is not set`,
  );
}
