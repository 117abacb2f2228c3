import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { perform, type Work } from '../peers/trivial';
import type * as activities from './activities';

const { tell, step } = proxyActivities<typeof activities>({ startToCloseTimeout: '30s' });
const local = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '30s' });

/** What somebody writes who needs five steps and nothing else: returns how long each message was, in characters. */
export async function byHand(messages: string[]): Promise<number[]> {
  const lengths: number[] = [];
  for (const message of messages) lengths.push(await tell(message));
  return lengths;
}

/** The work of all peers with activities, the cheaper local ones or the ordinary ones. */
export const byHandWork = (work: Work, isLocal: boolean): Promise<string[]> =>
  perform(work, isLocal ? local.step : step);
