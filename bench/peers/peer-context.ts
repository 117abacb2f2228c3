import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Context } from '../../scripts/setup';

/** What a peer is started with. */
export interface PeerContext {
  /** Folder of everything that it writes. */
  folder: string;
  /** For finding and installing what it needs. */
  setup: Context;
  log: Logger;
  signal: AbortSignal;
}

/** Folder of a peer in the repository, with its lockfile; counted from dist/bench/peers. */
export const source = (peer: string): string => join(__dirname, '../../../bench/peers', peer);
