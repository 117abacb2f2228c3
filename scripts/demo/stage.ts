import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Display } from './display';
import type { Platform } from '../../src/platform/platform';
import { startDemoPlatform } from './platform';
import { freePort } from '../../src/target/free-port';
import { createRepository, type ShopRepository } from './repository';

export const repositoryName = 'acme/shop';

/** Everything the story needs, set up in one folder. */
export interface Stage {
  platform: Platform;
  repository: ShopRepository;
  /** Where the lane's router serves the shop. */
  shopUrl: string;
  /** Version of the shop's database. */
  databaseVersion: () => Promise<number>;
}

export interface StageOptions {
  examples: string;
  environment: NodeJS.ProcessEnv;
  display: Display;
  /** Pools that the platform's worker serves, separated by commas; all where nothing is said. */
  pools?: string | undefined;
  /** Environment variables of the platform beside those of every demo, such as another Temporal server. */
  settings?: Readonly<Record<string, string>>;
}

/** The folder with its real path, which is what processes that work in it show. */
export async function stageFolder(state: string | undefined): Promise<string> {
  if (state === undefined) return await realpath(await mkdtemp(join(tmpdir(), 'sagaline-demo-')));
  await mkdir(state, { recursive: true });
  return await realpath(state);
}

/** State folder of the platform: all processes of the demo but itself know of it or work in it. */
export const platformFolder = (folder: string): string => join(folder, 'platform');

/** Starts the platform on the folder and makes the shop's repository, registered in the platform's sagaline.yaml. */
export async function setStage(
  folder: string,
  { examples, environment, display, pools, settings }: StageOptions,
): Promise<Stage> {
  const shopPort = await freePort();
  const secret = randomBytes(32).toString('hex');
  const database = join(folder, 'shop-database.json');
  const configFile = join(folder, 'sagaline.yaml');
  const secretFile = join(folder, 'hook-secret');
  const gitFolder = join(folder, 'git');
  // A second demo on the same folder tells its story from the beginning.
  await Promise.all([gitFolder, database].map((path) => rm(path, { recursive: true, force: true })));
  await writeFile(secretFile, secret, { mode: 0o600 });
  await writeFile(configFile, stringify(configuration(join(gitFolder, 'shop.git'), shopPort)));
  display.line('temporal', {
    name: 'platform',
    state: 'running',
    detail: 'starting Temporal, gateway, worker',
  });
  const platform = await startDemoPlatform({
    state: platformFolder(folder),
    configFile,
    environment,
    secrets: { SAGALINE_SECRET_GITHUB: secret, DATABASE_FILE: database },
    ...(settings !== undefined && { settings }),
    ...(pools !== undefined && { pools }),
  });
  const repository = await createRepository({
    folder: gitFolder,
    hook: join(examples, 'git-hook/post-receive.mjs'),
    gateway: platform.gateway,
    repository: repositoryName,
    secretFile,
    path: environment['PATH'] ?? '',
  }).catch(async (error: unknown) => {
    await platform.stop();
    throw error;
  });
  showAddresses(display, platform, repository);
  return {
    platform,
    repository,
    shopUrl: `http://127.0.0.1:${String(shopPort)}/`,
    databaseVersion: () => readVersion(database),
  };
}

function showAddresses(
  display: Display,
  { gateway, webUi, temporal }: Platform,
  { url }: ShopRepository,
): void {
  const done = (key: string, name: string, detail: string) => {
    display.line(key, { name, state: 'done', detail });
  };
  done('temporal', 'Temporal', `${temporal}, Web UI ${webUi ?? 'none'}`);
  done('gateway', 'gateway', gateway);
  done('repository', 'repository', `${url}, its hook sends signed pushes`);
}

const configuration = (url: string, port: number) => ({
  apiVersion: 'sagaline/v1',
  repositories: [{ name: repositoryName, url }],
  services: [{ name: 'shop', repository: repositoryName, owner: 'team-shop' }],
  environments: [
    {
      name: 'production',
      target: { kind: 'embedded', ports: { shop: port } },
      metrics: { kind: 'router' },
      allow: { repositories: [repositoryName], refs: ['refs/heads/main'], pipelines: ['deliver'] },
      secrets: ['DATABASE_FILE'],
    },
  ],
});

async function readVersion(database: string): Promise<number> {
  try {
    return (JSON.parse(await readFile(database, 'utf8')) as { version: number }).version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
