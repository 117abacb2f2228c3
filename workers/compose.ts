import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ActivityPorts } from '../activities';
import { FileBlobStore } from '../src/adapters/blobs/files';
import { FileConfiguration } from '../src/adapters/configuration/file';
import { FileStepLogs } from '../src/adapters/logs/files';
import { metricSources } from '../src/adapters/metrics';
import { GitRepositories } from '../src/adapters/repositories/git';
import { routers } from '../src/adapters/routers';
import { findScanner } from '../src/adapters/scanners';
import { EnvironmentSecrets } from '../src/adapters/secrets/environment';
import { targets, watchTarget } from '../src/adapters/targets';
import { TemporalWorkflows } from '../src/adapters/workflows/temporal';
import { dereference, type Settings } from '../src/config';
import { clearAbandoned, ownFolder } from './work-folder';

/** The ports of a worker, by what its settings and sagaline.yaml name; `close` ends what runs beside them. */
export async function composePorts(
  settings: Settings,
  client: Client,
  log: Logger,
): Promise<ActivityPorts & { close: () => void }> {
  const { state, path } = settings;
  const configuration = new FileConfiguration(settings.configFile, settings.configNamed, log);
  const blobs = new FileBlobStore(join(state, 'blobs'));
  const repositories = new GitRepositories({
    mirrors: join(state, 'mirrors'),
    configuration,
    secret: (reference) => dereference(settings, reference),
    path,
  });
  const workFolder = await ownFolder(join(state, 'work'));
  await mkdir(join(state, 'mirrors'), { recursive: true });
  await clearAbandoned(join(state, 'work'));
  // Also without a deploy under way: a live release must come back when its agent dies.
  const stopWatching = watchTarget(state, path, (error) => {
    log.warn({ error }, 'the embedded target does not start');
  });
  return {
    configuration,
    blobs,
    repositories,
    workFolder,
    path,
    scanner: await findScanner(path),
    secrets: new EnvironmentSecrets(settings.environment),
    logs: new FileStepLogs(join(state, 'logs', 'runs')),
    workflows: new TemporalWorkflows(client),
    target: targets({ state, blobs, path }),
    router: routers({ state, path }),
    metrics: metricSources({ state }),
    close: stopWatching,
  };
}
