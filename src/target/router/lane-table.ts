import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { SagalineError } from '../../domain/errors';
import { laneName } from '../../domain/identity';
import type { DesiredTraffic, Fence, LaneRef, Traffic } from '../../domain/release';
import { readJson, writeDurably } from '../durable-file';
import { freePort } from '../free-port';
import { refuseStale } from '../lane-fence';
import { laneKey } from '../layout';
import { type LaneRecord, laneRecordSchema } from '../schemas';
import { Forwarder } from './forwarder';
import type { HeldSockets } from './held-sockets';
import { isLapsed, renewed, trafficOf, written } from './lane-record';
import { LaneServer } from './lane-server';
import { RouterMetrics } from './metrics';

const listenRetryMs = 1000;

/** Every lane of the router; changes are on disk before they act, and one lane's changes follow one another. */
export class LaneTable {
  readonly metrics = new RouterMetrics();
  private readonly forwarder = new Forwarder();
  private readonly lanes = new Map<string, LaneServer>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly folder: string,
    private readonly sockets: HeldSockets,
    private readonly log: Logger,
  ) {}

  /** Opens the listeners of all lanes on disk, on the ports they had. */
  async load(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names.filter((file) => file.endsWith('.json'))) {
      const record = await readJson(join(this.folder, name), laneRecordSchema);
      if (record) await this.listenPatiently(this.add(record));
    }
    this.sockets.closeRest();
  }

  /** `port` asks for a fixed one; without it the lane keeps the port it has, or gets a free one. */
  write(lane: LaneRef, fence: Fence, traffic: DesiredTraffic, port?: number): Promise<Traffic> {
    return this.inTurn(lane, async () => {
      const known = this.lanes.get(laneKey(lane));
      refuseStale(lane, fence, known?.current.fence);
      const taken = new Set([...this.lanes.values()].map(({ current }) => current.port));
      const own = port ?? known?.current.port ?? (await freePort(taken));
      const record = written(known?.current, lane, fence, traffic, own, Date.now());
      if (!known) await this.addListening(record);
      else if (known.current.port !== own) await known.listen(own);
      await this.keep(record);
      return trafficOf(record, Date.now());
    });
  }

  /** Renews the candidate's lease (ms) and says whether it had run out. */
  renew(lane: LaneRef, fence: Fence, leaseMs: number): Promise<{ lapsed: boolean }> {
    return this.inTurn(lane, async () => {
      const { current } = this.get(lane);
      refuseStale(lane, fence, current.fence);
      const record = renewed(current, leaseMs, Date.now());
      if (record !== current) await this.keep(record);
      return { lapsed: isLapsed(record, Date.now()) };
    });
  }

  find(lane: LaneRef): LaneServer | undefined {
    return this.lanes.get(laneKey(lane));
  }

  /** Throws NotFound for a lane without traffic. */
  get(lane: LaneRef): LaneServer {
    const found = this.find(lane);
    if (!found) throw new SagalineError('NotFound', `the router has never heard of ${laneName(lane)}`);
    return found;
  }

  all(): LaneServer[] {
    return [...this.lanes.values()];
  }

  private add(record: LaneRecord): LaneServer {
    const server = new LaneServer(record, this.forwarder, this.metrics, this.sockets);
    this.lanes.set(laneKey(record.lane), server);
    return server;
  }

  private async addListening(record: LaneRecord): Promise<void> {
    try {
      await this.add(record).listen(record.port);
    } catch (error) {
      this.lanes.delete(laneKey(record.lane));
      throw error;
    }
  }

  /** A port that a stranger holds must not keep the other lanes from serving. */
  private async listenPatiently(server: LaneServer): Promise<void> {
    try {
      await server.listen(server.current.port);
    } catch (error) {
      this.log.error({ err: error, lane: server.current.lane }, 'lane does not serve yet');
      setTimeout(() => void this.listenPatiently(server), listenRetryMs);
    }
  }

  private async keep(record: LaneRecord): Promise<void> {
    const key = laneKey(record.lane);
    await writeDurably(join(this.folder, `${key}.json`), record);
    this.lanes.get(key)?.take(record);
  }

  private inTurn<T>(lane: LaneRef, act: () => Promise<T>): Promise<T> {
    const key = laneKey(lane);
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(act, act);
    this.turns.set(key, turn);
    return turn;
  }
}
