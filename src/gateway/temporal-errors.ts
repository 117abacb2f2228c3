import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type ErrorCode, errorTable, SagalineError } from '../domain/errors';

/** gRPC status codes that speak of what was asked; all others say that Temporal or a worker did not answer. */
const invalidArgument = 3;
const notFound = 5;

/** The error of our table that a failed call to Temporal means; `what` names the object of the call. */
export function errorOfTemporal(error: unknown, what: string): unknown {
  if (error instanceof SagalineError) return error;
  if (error instanceof WorkflowNotFoundError) return unknown(what, error);
  if (error instanceof WorkflowUpdateFailedError) return errorOfUpdate(error);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new SagalineError('Unavailable', `no worker answers for ${what}`, { cause: error });
  }
  if (error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError) {
    return new SagalineError('Unavailable', `${what} does not answer yet`, { cause: error });
  }
  const code = grpcCode(error);
  if (code === undefined) return error;
  if (code === notFound) return unknown(what, error);
  if (code === invalidArgument)
    return new SagalineError('Malformed', `Temporal refuses ${what}`, { cause: error });
  return new SagalineError('Unavailable', `Temporal or its worker does not answer for ${what}`, {
    cause: error,
  });
}

/** Makes Unavailable of every failure of a call in which nothing is the caller's choice, so that no refusal can be its fault. */
export async function unconfirmed<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SagalineError && error.code === 'Unavailable') throw error;
    throw new SagalineError('Unavailable', `Temporal does not confirm ${what}`, { cause: error });
  }
}

function unknown(what: string, cause: unknown): SagalineError {
  return new SagalineError('NotFound', `there is no ${what}`, { cause });
}

function grpcCode(error: unknown): number | undefined {
  const inner = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(inner) ? inner.code : undefined;
}

/** Workflows refuse with the code of our table as the failure's type. */
function errorOfUpdate(error: WorkflowUpdateFailedError): unknown {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return error;
  const { type } = cause;
  return isErrorCode(type) ? new SagalineError(type, cause.message, { cause: error }) : error;
}

function isErrorCode(type: string | null | undefined): type is ErrorCode {
  return typeof type === 'string' && Object.hasOwn(errorTable, type);
}
