import { createServer, type Server } from 'node:http';
import { Socket } from 'node:net';
import { SagalineError } from '../../domain/errors';
import type { LaneRecord, LaneStatus, Statistics } from '../schemas';
import { Balancer, type Destination } from './balancer';
import type { Finished, Forwarder } from './forwarder';
import type { HeldSockets } from './held-sockets';
import { isChange, trafficOf } from './lane-record';
import type { RouterMetrics } from './metrics';
import { MeasurementWindow } from './window';

/** Longer than clients usually keep an idle connection, so that it is they who close it. */
const clientIdleMs = 75_000;

/** One lane: its listener, its present traffic, and what is measured of it. */
export class LaneServer {
  private balancer: Balancer;
  private window = new MeasurementWindow();
  private listening: { server: Server; port: number } | undefined;
  private readonly open = new Map<string, number>();

  constructor(
    private record: LaneRecord,
    private readonly forwarder: Forwarder,
    private readonly metrics: RouterMetrics,
    private readonly sockets: HeldSockets,
  ) {
    this.balancer = new Balancer(record);
  }

  get current(): LaneRecord {
    return this.record;
  }

  /** Listens on a port; the port before it takes no new connections after that. */
  async listen(port: number): Promise<void> {
    const server = createServer({ keepAliveTimeout: clientIdleMs });
    server.on('request', (request, response) => {
      this.forwarder.web(request, response, this.destinations(), this.begin);
    });
    server.on('upgrade', (request, socket, head) => {
      if (socket instanceof Socket) {
        this.forwarder.upgrade(request, socket, head, this.destinations(), this.begin);
      }
    });
    try {
      await this.sockets.listen(server, port);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new SagalineError(
        'InvalidConfiguration',
        `the lane cannot listen on port ${String(port)}: ${why}`,
      );
    }
    if (this.listening) this.sockets.close(this.listening.server, this.listening.port);
    this.listening = { server, port };
  }

  /** Takes a new record; a change of traffic begins a new window and affects the next request. */
  take(next: LaneRecord): void {
    const changed = isChange(this.record, next);
    this.record = next;
    if (!changed) return;
    this.balancer = new Balancer(next);
    this.window = new MeasurementWindow();
    this.metrics.forget(next.lane, this.releases());
  }

  status(): LaneStatus {
    const { record } = this;
    return {
      lane: record.lane,
      traffic: trafficOf(record, Date.now()),
      inFlight: Object.fromEntries(this.open),
    };
  }

  statistics(): Statistics {
    const { stable, candidate } = this.window;
    return {
      seconds: this.window.seconds(),
      candidate: candidate.summary(),
      stable: this.record.stable === null ? null : stable.summary(),
    };
  }

  private destinations(): Destination[] {
    return this.balancer.next(this.record, Date.now());
  }

  private releases(): string[] {
    return [this.record.stable, this.record.candidate].flatMap((backend) => backend?.release.id ?? []);
  }

  private readonly begin = ({ role, backend }: Destination): Finished => {
    const { window } = this;
    this.count(backend.instance, 1);
    return (status, milliseconds) => {
      this.count(backend.instance, -1);
      if (status === undefined) return;
      window[role].record(status >= 500, milliseconds);
      // A late answer of a release that has left would bring its label set back for ever.
      if (!this.releases().includes(backend.release.id)) return;
      this.metrics.record(this.record.lane, backend.release.id, role, status, milliseconds);
    };
  };

  private count(instance: string, change: number): void {
    const open = (this.open.get(instance) ?? 0) + change;
    if (open > 0) this.open.set(instance, open);
    else this.open.delete(instance);
  }
}
