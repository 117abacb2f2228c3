import { Context } from '@temporalio/activity';
import type { EmitInput } from './emit';
import type { NotifyInput } from './notify';

/** What an `emit` or a `notify` step tells. */
export type Message = { kind: 'emit'; input: EmitInput } | { kind: 'notify'; input: NotifyInput };

interface Sending {
  emitEvent: (input: EmitInput) => Promise<{ output: string }>;
  notify: (input: NotifyInput) => Promise<{ output: string }>;
}

/** Milliseconds after which no further message of a row is begun: its workflow task waits for it, and so do the results. */
const rowMs = 1_000;

/**
 * Sends messages in their order, each once, and returns the results of those before the first that could not be sent, or that
 * came too late: that one and the others are for attempts of their own, which tell what is wrong.
 */
export function createSendMessages({ emitEvent, notify }: Sending) {
  return async function sendMessages(messages: Message[]): Promise<{ output: string }[]> {
    const { cancellationSignal } = Context.current();
    const begun = performance.now();
    const sent: { output: string }[] = [];
    for (const message of messages) {
      // One that was given up must not send beside what has taken its place.
      if (cancellationSignal.aborted || performance.now() - begun > rowMs) break;
      try {
        sent.push(await (message.kind === 'emit' ? emitEvent(message.input) : notify(message.input)));
      } catch {
        break;
      }
    }
    return sent;
  };
}
