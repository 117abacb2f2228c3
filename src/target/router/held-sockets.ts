import { once } from 'node:events';
import type { Server } from 'node:http';
import { type ListeningSocket, socketMessage, tell } from '../socket-messages';

const address = '127.0.0.1';

/** Opens and closes what the router listens on; the agent that started it holds the same sockets, whatever becomes of the router. */
export class HeldSockets {
  private readonly given = new Map<number, ListeningSocket>();

  /** Resolves when the agent has given everything that it holds; at once where no agent has a channel to this process. */
  async receive(): Promise<void> {
    if (!process.connected) return;
    await new Promise<void>((resolve) => {
      process.once('disconnect', resolve);
      process.on('message', (message, socket) => {
        const told = socketMessage(message);
        if (told && 'held' in told && socket) this.given.set(told.held, socket as unknown as ListeningSocket);
        if (told && 'heldAreAll' in told) resolve();
      });
    });
  }

  /** Lets a server listen on a port, with the connections that wait there already. */
  async listen(server: Server, port: number): Promise<void> {
    const socket = this.given.get(port);
    if (socket) server.listen(socket);
    else server.listen(port, address);
    await once(server, 'listening');
    // Only now: one that could not be used is closed with the rest, and the port is free for another try.
    if (socket) this.given.delete(port);
    else tell(process, { listening: port }, socketOf(server));
  }

  /** Takes no new connections on the port of a server. */
  close(server: Server, port: number): void {
    server.close();
    tell(process, { closed: port });
  }

  /** Gives up what was given and nobody listens on: its connections would wait for ever. */
  closeRest(): void {
    for (const [port, socket] of this.given) {
      socket.close();
      tell(process, { closed: port });
    }
    this.given.clear();
  }
}

/** Node hands sockets to other processes only with a server around them, which would accept there; what it has inside it hands over as it is. */
const socketOf = (server: Server): ListeningSocket =>
  (server as unknown as { _handle: ListeningSocket })._handle;
