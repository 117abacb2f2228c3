import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Answer } from '../../scripts/demo/answers';
import { startLoad } from '../../scripts/demo/load';
import { createRepository } from '../../scripts/demo/repository';
import { stopTarget } from '../../src/adapters/targets';
import { freePort } from '../../src/target/free-port';
import { temporalCliPath } from '../setup/temporal';
import { type Api, createApi } from '../support/api';
import { createGate, type Gate } from '../support/gate';
import { leftovers } from '../support/leftovers';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process';
import { until } from '../support/until';

export const example = join(__dirname, '../../examples/train');
const program = join(__dirname, '../../dist/scripts/demo/load-process.js');
const requestsPerSecond = 60;

export const services = ['worker', 'api', 'web'] as const;
export type Service = (typeof services)[number];

const answerSchema = z.object({
  version: z.string(),
  setting: z.string(),
  pid: z.int(),
});
/** What a service says of itself: its version, its configuration and the process that answers. */
export type Said = z.infer<typeof answerSchema>;

/** A real platform, the example's repository, and a steady load on each of its services. */
export interface TrainWorld extends Api {
  gate: Gate;
  /** Commits and pushes the example as it is so far with these files replaced; resolves with the commit. */
  push: (files: Record<string, string>) => Promise<string>;
  /** One answer of a service. */
  ask: (service: Service) => Promise<Said>;
  /** Version of the database; 0 while there is none. */
  schema: () => Promise<number>;
  /** Begins the load on each service as soon as that answers; resolves when all are under load. */
  startLoads: () => Promise<void>;
  /** All answers of a service under load so far. */
  answers: (service: Service) => Answer[];
  /** Resolves when each service has had so many more answers. */
  more: (count: number) => Promise<void>;
  /** Stops everything and says what is left. */
  stop: () => Promise<string[]>;
}

const configuration = (repository: string, ports: Record<Service, number>) => ({
  apiVersion: 'sagaline/v1',
  repositories: [{ name: 'acme/harbour', url: repository }],
  services: services.map((name) => ({ name, repository: 'acme/harbour' })),
  environments: [
    {
      name: 'production',
      target: { kind: 'embedded', ports },
      metrics: { kind: 'router' },
      allow: {
        repositories: ['acme/harbour'],
        refs: ['refs/heads/main'],
        pipelines: ['train', 'reconfigure'],
      },
      secrets: ['DATABASE_FILE'],
    },
  ],
});

/** Starts a platform on a temporary folder; `stop` it whatever happens. */
export async function startTrainWorld(): Promise<TrainWorld> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sagaline-train-')));
  const [state, git, database] = [join(folder, 'state'), join(folder, 'git'), join(folder, 'database.json')];
  const ports = { worker: await freePort(), api: await freePort(), web: await freePort() };
  const gatewayPort = await freePort();
  const [secret, token] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const path = process.env['PATH'] ?? '';
  const environment = {
    PATH: path,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    DATABASE_FILE: database,
    SAGALINE_STATE: state,
    SAGALINE_CONFIG: join(folder, 'sagaline.yaml'),
    SAGALINE_PORT: String(gatewayPort),
    SAGALINE_TOKEN: token,
    SAGALINE_SECRET_GITHUB: secret,
    SAGALINE_TEMPORAL_CLI: temporalCliPath(),
  };
  await Promise.all([mkdir(environment.HOME), mkdir(environment.TMPDIR)]);
  await writeFile(join(folder, 'secret'), secret, { mode: 0o600 });
  await writeFile(environment.SAGALINE_CONFIG, stringify(configuration(join(git, 'shop.git'), ports)));
  const gateway = `http://127.0.0.1:${String(gatewayPort)}`;
  const repository = await createRepository({
    folder: git,
    hook: join(__dirname, '../../examples/git-hook/post-receive.mjs'),
    gateway,
    repository: 'acme/harbour',
    secretFile: join(folder, 'secret'),
    path,
  });
  const source = join(folder, 'source');
  await cp(example, source, { recursive: true });

  const url = (service: Service) => `http://127.0.0.1:${String(ports[service])}/`;
  const answers: Record<Service, Answer[]> = { worker: [], api: [], web: [] };
  const loads: { stop: () => Promise<void> }[] = [];
  let problem: Error | undefined;
  let platform: PlatformProcess | undefined;
  const stop = async (): Promise<string[]> => {
    await Promise.all(loads.map((load) => load.stop()));
    await platform?.stop();
    await stopTarget(state);
    const rest = await leftovers(folder, [gatewayPort, ...Object.values(ports)]);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return rest;
  };
  try {
    platform = await startPlatformProcess(folder, environment);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...createApi(() => gateway, token),
    gate: createGate(join(folder, 'gate')),
    async push(files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(source, name)), { recursive: true });
        await writeFile(join(source, name), content);
      }
      const { commit, said } = await repository.push(source, 'a change');
      if (!said.includes('accepted')) throw new Error(`the push was not accepted: ${said}`);
      return commit;
    },
    ask: async (service) => answerSchema.parse(await (await fetch(url(service))).json()),
    async schema() {
      const text = await readFile(database, 'utf8').catch(() => '{"version":0}');
      return z.object({ version: z.int() }).parse(JSON.parse(text)).version;
    },
    async startLoads() {
      const failed = (error: Error) => (problem = error);
      const begin = async (service: Service) => {
        const answered = () =>
          fetch(url(service)).then(
            ({ ok }) => ok,
            () => false,
          );
        await until(`${service} answers`, answered);
        loads.push(startLoad(url(service), requestsPerSecond, answers[service], failed, program));
      };
      await Promise.all(services.map(begin));
    },
    answers: (service) => answers[service],
    async more(count) {
      const wanted = services.map((service) => ({ service, length: answers[service].length + count }));
      await until(`${String(count)} more answers of each service`, () => {
        if (problem) throw problem;
        return wanted.every(({ service, length }) => answers[service].length >= length);
      });
    },
    stop,
  };
}
