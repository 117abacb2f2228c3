import { connect, type Socket } from 'node:net';

/** Bytes of a whole POST, made beforehand so that sending costs the machine as little as it can: a real sender has its own. */
export function requestBytes(url: URL, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = [`POST ${url.pathname} HTTP/1.1`, `Host: ${url.host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** One kept-alive connection, one request at a time. */
export class PlainConnection {
  private constructor(private readonly socket: Socket) {}

  static async open({ hostname, port }: URL): Promise<PlainConnection> {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new PlainConnection(socket);
  }

  /** The status of the answer, once its whole body is there. Throws when the connection breaks. */
  status(request: Buffer): Promise<number> {
    const { socket } = this;
    if (socket.destroyed) return Promise.reject(new Error('the connection was closed'));
    return new Promise((resolve, reject) => {
      let text = '';
      const settle = (act: () => void) => {
        socket.off('data', read).off('close', broken).off('error', broken);
        act();
      };
      const broken = () => {
        settle(() => {
          reject(new Error('the connection broke'));
        });
      };
      const read = (chunk: Buffer) => {
        text += chunk.toString('latin1');
        const head = text.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1]);
        if (text.length < head + 4 + length) return;
        settle(() => {
          resolve(Number(text.slice(9, 12)));
        });
      };
      socket.on('data', read).on('close', broken).on('error', broken);
      socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
