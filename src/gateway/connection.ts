import {
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { largeAnswers } from '../config';

/** gRPC otherwise waits up to two minutes between attempts, so that long after an outage every event would be refused. */
const reconnect = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };

/** RESOURCE_EXHAUSTED of gRPC's status codes. */
const exhausted = 8;

/**
 * Milliseconds that the first attempt after a refusal waits, of which the SDK makes growing ones. Temporal refuses signals as
 * exhausted for the moment in which an inbox begins a new history; the SDK's own second is meant for a server that is overloaded.
 */
export function initialRetryMs({ code, details }: { code: number; details: string }): number {
  if (code !== exhausted) return 100;
  return details.includes('workflow is closing') ? 10 : 1_000;
}

/** A connection that is made at its first call: a gateway can start, and answer 503, while Temporal is down. */
export function lazyConnection(options: ConnectionOptions): Connection {
  return Connection.lazy({
    ...options,
    channelArgs: { ...options.channelArgs, ...reconnect, ...largeAnswers },
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ initialIntervalMs: initialRetryMs }))],
  });
}
