import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { SagalineError } from '../src/domain/errors';

/** Gives every SagalineError its code as failure type, so that workflows and clients decide by type and never by text. */
export const failureInterceptor: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      if (!(error instanceof SagalineError)) throw error;
      throw ApplicationFailure.create({
        type: error.code,
        message: error.detail,
        nonRetryable: !error.row.retryable,
        cause: error,
      });
    }
  },
};
