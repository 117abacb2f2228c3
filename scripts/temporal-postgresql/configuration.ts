import { shortHops } from '../../src/platform/temporal-server';

/**
 * History shards: fixed for the life of a database. Each writes one thing at a time, so that with 4 of them a write was seen to
 * wait for others ten times as long as it took.
 */
const historyShards = 32;

/** Where a Temporal server listens and keeps its tables. */
export interface ServerPlace {
  /** Ports of its services, gRPC and membership. */
  ports: Record<'frontend' | 'history' | 'matching' | 'worker', { grpc: number; membership: number }>;
  database: { port: number; user: string; password: string };
  /** Path of the file with the dynamic settings. */
  dynamicFile: string;
}

/** Names of the databases: state, and what is searched. */
export const databases = { state: 'temporal', visibility: 'temporal_visibility' } as const;

/** The server's configuration, as its YAML file holds it. */
export function serverConfiguration({ ports, database, dynamicFile }: ServerPlace): object {
  const store = (databaseName: string, connections: number) => ({
    sql: {
      pluginName: 'postgres12_pgx',
      databaseName,
      connectAddr: `127.0.0.1:${String(database.port)}`,
      connectProtocol: 'tcp',
      user: database.user,
      password: database.password,
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
    },
  });
  const service = ({ grpc, membership }: { grpc: number; membership: number }) => ({
    rpc: { grpcPort: grpc, membershipPort: membership, bindOnIP: '127.0.0.1' },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'state',
      visibilityStore: 'visibility',
      numHistoryShards: historyShards,
      datastores: { state: store(databases.state, 20), visibility: store(databases.visibility, 10) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(Object.entries(ports).map(([name, own]) => [name, service(own)])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${String(ports.frontend.grpc)}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '10s' },
  };
}

/** Settings that the server reads while it runs. */
export const dynamicConfiguration = (): object =>
  Object.fromEntries(Object.entries(shortHops).map(([name, value]) => [name, [{ value, constraints: {} }]]));
