import type { EmitInput } from './emit';
import type { NotifyInput } from './notify';

/** What an `emit` or a `notify` step tells. */
export type Message = { kind: 'emit'; input: EmitInput } | { kind: 'notify'; input: NotifyInput };

interface Sending {
  emitEvent: (input: EmitInput) => Promise<{ output: string }>;
  notify: (input: NotifyInput) => Promise<{ output: string }>;
}

/**
 * Sends messages in their order, each once, and returns the results of those before the first that could not be sent: that one
 * and the others are for attempts of their own, which tell what is wrong.
 */
export function createSendMessages({ emitEvent, notify }: Sending) {
  return async function sendMessages(messages: Message[]): Promise<{ output: string }[]> {
    const sent: { output: string }[] = [];
    for (const message of messages) {
      try {
        sent.push(await (message.kind === 'emit' ? emitEvent(message.input) : notify(message.input)));
      } catch {
        break;
      }
    }
    return sent;
  };
}
