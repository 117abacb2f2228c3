import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import type { ErrorCode } from '../src/domain/errors';

/** The failure that an activity or child ended with, out of the wrappers that carry it here. */
export function failureOf(error: unknown): Error {
  let failure = error;
  while ((failure instanceof ActivityFailure || failure instanceof ChildWorkflowFailure) && failure.cause) {
    failure = failure.cause;
  }
  return failure instanceof Error ? failure : new Error(String(failure));
}

/** Whether the failure is of that row of the error table. */
export function hasType(error: unknown, code: ErrorCode): boolean {
  const failure = failureOf(error);
  return failure instanceof ApplicationFailure && failure.type === code;
}
