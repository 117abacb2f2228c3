import type { ErrorCode } from '../../domain/errors';
import type { Failure } from './calls';

/** Thrown by a script: the activity ends with this row of the error table. */
export class Failing extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly isFinal: boolean,
  ) {
    super(message);
  }

  /** As a worker throws it. */
  get failure(): Failure {
    return { type: this.code, message: this.message, nonRetryable: this.isFinal };
  }
}
