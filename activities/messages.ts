import { Context } from '@temporalio/activity';
import { rowMs } from '../src/domain/following-messages';
import { inTime } from '../src/in-time';
import type { EmitInput } from './emit';
import type { NotifyInput } from './notify';

/** What an `emit` or a `notify` step tells. */
export type Message = { kind: 'emit'; input: EmitInput } | { kind: 'notify'; input: NotifyInput };

/** One of several messages that are sent together, and the time in ms that a try of it may take. */
export type RowMessage = Message & { limitMs: number };

interface Sending {
  emitEvent: (input: EmitInput) => Promise<{ output: string }>;
  notify: (input: NotifyInput) => Promise<{ output: string }>;
}

/**
 * Sends messages in their order, each once, and returns the results of those before the first that could not be sent, or that
 * took too long or came too late: that one and the others are for attempts of their own, which tell what is wrong.
 */
export function createSendMessages({ emitEvent, notify }: Sending) {
  return async function sendMessages(messages: RowMessage[]): Promise<{ output: string }[]> {
    const { cancellationSignal } = Context.current();
    const begun = performance.now();
    const sent: { output: string }[] = [];
    for (const message of messages) {
      // One that was given up must not send beside what has taken its place.
      if (cancellationSignal.aborted || performance.now() - begun > rowMs) break;
      try {
        const send = () => (message.kind === 'emit' ? emitEvent(message.input) : notify(message.input));
        sent.push(await inTime(send, message.limitMs));
      } catch {
        break;
      }
    }
    return sent;
  };
}
