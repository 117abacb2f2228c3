import type { Configuration } from '../ports';
import type { Access } from './authentication';
import type { Bodies } from './bodies';
import type { LedgerReads } from './ledger-reads';
import type { Quota } from './quota';
import type { Retries } from './retries';
import type { TemporalGateway } from './temporal';
import type { TemporalRuns } from './temporal-runs';
import type { Visibility } from './visibility';

/** What the routes of the control API share. */
export interface GatewayServices {
  access: Access;
  bodies: Bodies;
  quota: Quota;
  temporal: TemporalGateway;
  runs: TemporalRuns;
  retries: Retries;
  visibility: Visibility;
  configuration: Configuration;
  ledger: LedgerReads;
}
