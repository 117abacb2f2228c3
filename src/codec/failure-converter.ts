import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stacks of errors where the codec encrypts them; loaded by the SDK, in workflows as well. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
