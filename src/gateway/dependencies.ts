import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { WrittenSources } from '../adapters/sources/source';
import type { Environment } from '../domain/configuration';
import type { OpenLedger } from '../ledger/open';
import type { Configuration, InboxHistories, LaneHistories, Router, RunHistories, StepLogs } from '../ports';
import type { Credential } from './authentication';
import type { KnownTokens } from './issued-tokens';

/** Everything that the gateway reaches the outside world through. */
export interface GatewayDependencies {
  client: Client;
  namespace: string;
  configuration: Configuration;
  logs: StepLogs;
  /** The router that splits the traffic of an environment's lanes. */
  routerOf: (environment: Environment) => Router;
  /** Secrets of a source, at most two while they are rotated; empty when none is configured. */
  secretsOf: (source: string) => Promise<readonly string[]>;
  writtenSources: WrittenSources;
  /** Who may use the control API at this moment. */
  credentials: () => Promise<readonly Credential[]>;
  /** Tokens that were handed out; undefined without a ledger, which keeps them. */
  tokens: KnownTokens | undefined;
  /** The ledger; undefined for a gateway that was started alone, without DATABASE_URL. */
  ledger: OpenLedger | undefined;
  /** Origin of a Web UI that may ask the codec endpoint; undefined for none. */
  codecOrigin: string | undefined;
  /** What the ledger is rebuilt from. */
  histories: { inboxes: InboxHistories; runs: RunHistories; lanes: LaneHistories };
  log: Logger;
}
