import { ApplicationFailure } from '@temporalio/common';
import { act } from '../peers/trivial';

/** Does nothing that takes time. */
export const tell = (message: string): Promise<number> => Promise.resolve(message.length);

/** A step of the work that all peers do. */
export const step = async (name: string, fails: boolean): Promise<string> =>
  Promise.resolve(act(name, fails, (message) => ApplicationFailure.nonRetryable(message)));
