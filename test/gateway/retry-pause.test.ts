import type { GrpcRetryOptions } from '@temporalio/client';
import { retries } from '../../src/gateway/connection';

/** Of gRPC's status codes. */
const codes = { NOT_FOUND: 5, RESOURCE_EXHAUSTED: 8 };

type Refusal = Parameters<GrpcRetryOptions['delayFunction']>[1];
const refused = (code: number, details: string): Refusal => Object.assign({} as Refusal, { code, details });
const closing = 'workflow operation can not be applied because workflow is closing';

it('asks again soon and often where an inbox begins a new history', () => {
  const { retryableDecider, delayFunction } = retries();
  for (const attempt of [1, 20, 90]) {
    expect(retryableDecider(attempt, refused(codes.RESOURCE_EXHAUSTED, closing))).toBe(true);
    expect(delayFunction(attempt, refused(codes.RESOURCE_EXHAUSTED, closing))).toBe(50);
  }
});

it('gives an overloaded server time, and what is final up', () => {
  const { retryableDecider, delayFunction } = retries();
  const overloaded = refused(codes.RESOURCE_EXHAUSTED, 'namespace rate limit exceeded');
  expect(delayFunction(1, overloaded)).toBeGreaterThan(1_000);
  expect(retryableDecider(10, overloaded)).toBe(false);
  expect(retryableDecider(1, refused(codes.NOT_FOUND, 'no workflow'))).toBe(false);
});
