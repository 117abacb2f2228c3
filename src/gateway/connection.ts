import { Connection, type ConnectionOptions } from '@temporalio/client';
import { largeAnswers } from '../config';

/** gRPC otherwise waits up to two minutes between attempts, so that long after an outage every event would be refused. */
const reconnect = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };

/** A connection that is made at its first call: a gateway can start, and answer 503, while Temporal is down. */
export function lazyConnection(options: ConnectionOptions): Connection {
  return Connection.lazy({
    ...options,
    channelArgs: { ...options.channelArgs, ...reconnect, ...largeAnswers },
  });
}
