/** A running platform of the demo's own. */
export interface Platform {
  /** Address of the gateway. */
  gateway: string;
  webUi: string;
  /** host:port of Temporal's gRPC. */
  temporal: string;
  namespace: string;
  token: string;
  tokenFile: string;
  /** Stops everything, services of lanes included. */
  stop: () => Promise<void>;
}

export interface PlatformOptions {
  state: string;
  configFile: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

export async function startPlatform(_options: PlatformOptions): Promise<Platform> {
  return await Promise.reject(new Error('not wired yet'));
}
