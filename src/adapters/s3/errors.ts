import { S3ServiceException } from '@aws-sdk/client-s3';
import { SagalineError } from '../../domain/errors';

const maxDetail = 200;

/** HTTP status of what S3 answered; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** Whether there is no object of that key. A missing bucket is something else, and nothing to go on with. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** BlobsUnavailable, with what S3 or the way to it said. */
export function unavailable(error: unknown): SagalineError {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const said = `S3 does not do what it was asked: ${name}: ${message}`.slice(0, maxDetail);
  return new SagalineError('BlobsUnavailable', said, { cause: error });
}
