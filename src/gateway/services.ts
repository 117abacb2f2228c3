import type { Configuration } from '../ports';
import type { TemporalGateway } from './temporal';
import type { Visibility } from './visibility';

/** What the routes of the control API share. */
export interface GatewayServices {
  temporal: TemporalGateway;
  visibility: Visibility;
  configuration: Configuration;
}
