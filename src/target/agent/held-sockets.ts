import type { ChildProcess } from 'node:child_process';
import { type ListeningSocket, socketMessage, tell } from '../socket-messages';

/**
 * The sockets on which the router listens, held by the agent as well and never accepted from: while a router that died is
 * started again, connections wait in their queues instead of being refused.
 */
export class HeldSockets {
  private readonly sockets = new Map<number, ListeningSocket>();

  /** Gives a new router what the one before listened on, and holds what it opens itself. */
  serve(router: ChildProcess): void {
    router.on('message', (message, socket) => {
      const told = socketMessage(message);
      if (told && 'listening' in told && socket)
        this.hold(told.listening, socket as unknown as ListeningSocket);
      if (told && 'closed' in told) this.close(told.closed);
    });
    for (const [port, socket] of this.sockets) tell(router, { held: port }, socket);
    tell(router, { heldAreAll: true });
  }

  /** Holds nothing any more: connections are refused once the router is gone. */
  closeAll(): void {
    for (const port of [...this.sockets.keys()]) this.close(port);
  }

  private hold(port: number, socket: ListeningSocket): void {
    this.close(port);
    this.sockets.set(port, socket);
  }

  private close(port: number): void {
    this.sockets.get(port)?.close();
    this.sockets.delete(port);
  }
}
