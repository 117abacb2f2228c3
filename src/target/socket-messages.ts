import type { SendHandle } from 'node:child_process';
import { z } from 'zod';

/** A listening socket as Node hands it from process to process: it stays open for as long as one of them has it. */
export interface ListeningSocket {
  close(): void;
}

const messageSchema = z.union([
  /** Of the router: it listens on this port; with the socket. */
  z.strictObject({ listening: z.int() }),
  /** Of the router: it has left this port. */
  z.strictObject({ closed: z.int() }),
  /** Of the agent: a router before listened on this port; with the socket. */
  z.strictObject({ held: z.int() }),
  /** Of the agent: there are no more. */
  z.strictObject({ heldAreAll: z.literal(true) }),
]);
export type SocketMessage = z.infer<typeof messageSchema>;

/** What was said, where it is known to this release. */
export const socketMessage = (message: unknown): SocketMessage | undefined =>
  messageSchema.safeParse(message).data;

/** The end of a channel to another process. */
interface Channel {
  connected: boolean;
  send?: (
    message: SocketMessage,
    socket: SendHandle | undefined,
    options: object,
    done: () => void,
  ) => boolean;
}

/** Tells the other process, unless it has gone. */
export function tell(channel: Channel, message: SocketMessage, socket?: ListeningSocket): void {
  // Who goes in this moment needs to be told nothing.
  if (channel.connected) channel.send?.(message, socket as SendHandle | undefined, {}, () => undefined);
}
