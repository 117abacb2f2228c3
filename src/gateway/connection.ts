import {
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  type GrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { largeAnswers } from '../config';

/** gRPC otherwise waits up to two minutes between attempts, so that long after an outage every event would be refused. */
const reconnect = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };

/** Attempts and milliseconds between them while an inbox begins a new history; a call's deadline ends them earlier. */
const whileClosing = { attempts: 100, pauseMs: 50 };

/**
 * When a call is made again. Temporal refuses signals as RESOURCE_EXHAUSTED for the moment in which an inbox begins a new history;
 * the growing pauses of the SDK, of 1.7 s and more, are meant for a server that is overloaded.
 */
export function retries(): GrpcRetryOptions {
  const { retryableDecider, delayFunction } = defaultGrpcRetryOptions();
  const isClosing = ({ details }: { details: string }) => details.includes('workflow is closing');
  return {
    retryableDecider: (attempt, status) =>
      isClosing(status) ? attempt < whileClosing.attempts : retryableDecider(attempt, status),
    delayFunction: (attempt, status) =>
      isClosing(status) ? whileClosing.pauseMs : delayFunction(attempt, status),
  };
}

/** A connection that is made at its first call: a gateway can start, and answer 503, while Temporal is down. */
export function lazyConnection(options: ConnectionOptions): Connection {
  return Connection.lazy({
    ...options,
    channelArgs: { ...options.channelArgs, ...reconnect, ...largeAnswers },
    interceptors: [makeGrpcRetryInterceptor(retries())],
  });
}
