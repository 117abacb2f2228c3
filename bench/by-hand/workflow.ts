import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const { tell } = proxyActivities<typeof activities>({ startToCloseTimeout: '30s' });

/** What somebody writes who needs five steps and nothing else: returns how long each message was, in characters. */
export async function byHand(messages: string[]): Promise<number[]> {
  const lengths: number[] = [];
  for (const message of messages) lengths.push(await tell(message));
  return lengths;
}
