import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { devServerAddress } from '../setup/temporal';

/** A door before the Temporal server that can be shut: to who comes by it, the server is then gone. */
export class Door {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;

  async open(): Promise<void> {
    const [host, port] = devServerAddress().split(':');
    this.server = createServer((inner) => {
      const outer = new Socket().connect(Number(port), host ?? '');
      for (const [one, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
        one.pipe(other);
      }
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (typeof address === 'object' && address) this.port = address.port;
  }

  /** Repeating it is harmless. */
  async shut(): Promise<void> {
    const closed = this.server && once(this.server, 'close');
    this.server?.close();
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await closed;
  }
}
