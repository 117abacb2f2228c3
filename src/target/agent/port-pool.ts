import { freePort } from '../free-port';

/** Ports that this agent has given to instances, so that two that start together get different ones. */
export class PortPool {
  private readonly taken = new Set<number>();

  async take(): Promise<number> {
    const port = await freePort(this.taken);
    if (this.taken.has(port)) return this.take();
    this.taken.add(port);
    return port;
  }

  claim(port: number): void {
    this.taken.add(port);
  }

  giveBack(port: number): void {
    this.taken.delete(port);
  }
}
