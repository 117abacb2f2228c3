import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ActivityPorts } from '../activities';
import { blobStore } from '../src/adapters/blobs';
import { FileConfiguration } from '../src/adapters/configuration/file';
import { GithubDeliveries } from '../src/adapters/deliveries/github';
import { NodeHttpClient } from '../src/adapters/http/client';
import { stepIsolation } from '../src/adapters/isolation';
import { stepLogs } from '../src/adapters/logs';
import { metricSources } from '../src/adapters/metrics';
import { FolderPipelines } from '../src/adapters/pipelines/folder';
import { ConfiguredReporter } from '../src/adapters/reporters';
import { GitRepositories } from '../src/adapters/repositories/git';
import { routers } from '../src/adapters/routers';
import { findScanner } from '../src/adapters/scanners';
import { EnvironmentSecrets } from '../src/adapters/secrets/environment';
import { ConfiguredSinks } from '../src/adapters/sinks';
import { PackageSteps } from '../src/adapters/steps/packages';
import { targets, watchTarget } from '../src/adapters/targets';
import { TemporalContact } from '../src/adapters/workflows/contact';
import { TemporalWorkflows } from '../src/adapters/workflows/temporal';
import { dereference, type Settings } from '../src/config';
import { SagalineError } from '../src/domain/errors';
import { type OpenLedger, openLedger } from '../src/ledger/open';
import type { Configuration, DeliveryHost, LedgerWriter, StatusReporter } from '../src/ports';
import { actsOnTargets } from './pools';
import { clearAbandoned, ownFolder } from './work-folder';

/** The ports of a worker, its ledger where it has one, and the end of what runs beside them. */
export interface ComposedPorts extends ActivityPorts {
  openedLedger: OpenLedger | undefined;
  reporter: StatusReporter;
  deliveries: DeliveryHost;
  close: () => Promise<void>;
}

/** The ports of a worker, by what its settings and sagaline.yaml name; `close` ends what runs beside them. */
export async function composePorts(
  settings: Settings,
  { client, native }: Record<'client' | 'native', Client>,
  log: Logger,
): Promise<ComposedPorts> {
  const { state, path } = settings;
  const goldenPaths = await FolderPipelines.open(settings.pipelines, log);
  const configuration = new FileConfiguration(settings.configFile, settings.configNamed, log);
  const blobs = blobStore(settings);
  const secret = (reference: string) => dereference(settings, reference);
  const http = new NodeHttpClient(configuration);
  const repositories = new GitRepositories({
    mirrors: join(state, 'mirrors'),
    configuration,
    secret,
    path,
  });
  const workFolder = await ownFolder(join(state, 'work'));
  await mkdir(join(state, 'mirrors'), { recursive: true });
  await clearAbandoned(join(state, 'work'));
  const isolation = await stepIsolation(settings.stepIsolation, { state, path, workFolder }, log);
  const { environments } = await configuration.current().catch(() => ({ environments: [] }));
  // Also without a deploy under way: a live release must come back when its agent dies.
  const stopWatching = actsOnTargets(settings.pools, environments)
    ? watchTarget(state, path, (error) => {
        log.warn({ err: error }, 'the embedded target does not start');
      })
    : () => undefined;
  const ledger = settings.databaseUrl
    ? await openLedger(settings.databaseUrl, settings, configuration, log)
    : undefined;
  return {
    configuration,
    ledger: ledger?.writer ?? noLedger,
    openedLedger: ledger,
    blobs,
    repositories,
    workFolder,
    isolation,
    path,
    scanner: await findScanner(path),
    secrets: new EnvironmentSecrets(settings.environment),
    logs: stepLogs(settings),
    workflows: new TemporalWorkflows(client, native),
    contact: new TemporalContact(native),
    http,
    reporter: new ConfiguredReporter(configuration, { http, secret }),
    deliveries: new GithubDeliveries({ http, secretOf: credentialSecrets(configuration, secret) }),
    sinks: new ConfiguredSinks(configuration, { http, secret, log }),
    customSteps: new PackageSteps(settings.configFile, configuration),
    goldenPaths,
    target: targets({ state, blobs, path }),
    router: routers({ state, path }),
    metrics: metricSources({ state }),
    close: async () => {
      stopWatching();
      await ledger?.close();
    },
  };
}

/** What a credential of sagaline.yaml stands for, by its name. */
const credentialSecrets =
  (configuration: Configuration, secret: (reference: string) => string) =>
  async (name: string): Promise<string> => {
    const { credentials } = await configuration.current();
    const found = credentials.find((credential) => credential.name === name);
    if (found) return secret(found.secret);
    throw new SagalineError('InvalidConfiguration', `there is no credential named ${name}`);
  };

/** Of a worker that was started alone, without DATABASE_URL: histories still hold everything. */
const noLedger: LedgerWriter = { recordEvent: () => undefined, recordStatus: () => undefined };
