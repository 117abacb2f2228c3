import { Context } from '@temporalio/activity';
import type { Attention } from '../src/ports';

/** How often long work shows that it lives; cancellation reaches it with the answer. */
const heartbeatMs = 1000;

/** Runs long work that heartbeats by itself and stops when Temporal asks. */
export async function withAttention<T>(work: (attention: Attention) => Promise<T>): Promise<T> {
  const context = Context.current();
  const heartbeat = () => {
    // Within a workflow task there is nobody who waits for one.
    if (!context.info.isLocal) context.heartbeat();
  };
  heartbeat();
  const timer = setInterval(heartbeat, heartbeatMs);
  try {
    return await work({ signal: context.cancellationSignal, heartbeat });
  } finally {
    clearInterval(timer);
  }
}
