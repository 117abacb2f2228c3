import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { createRepository } from '../../scripts/demo/repository';
import { stopTarget } from '../../src/adapters/targets';
import { run } from '../../src/process';
import { freePort } from '../../src/target/free-port';
import { temporalCliPath } from '../setup/temporal';
import { type Api, createApi } from './api';
import { createGate, type Gate } from './gate';
import { leftovers } from './leftovers';
import { type LiveLoad, startLiveLoad } from './live-load';
import { pidOf, type PlatformProcess, type ServiceName, startPlatformProcess } from './platform-process';
import { configuration, filesOf, type Version } from './service';
import { type TargetView, viewTarget } from './target-view';
import { until } from './until';

/** A real platform, a repository that reports its pushes, and the service that it delivers; ports and folder of its own. */
export interface World extends Api, TargetView {
  /** Real path of the folder that holds everything. */
  folder: string;
  /** State folder of the platform. */
  state: string;
  /** Where clients reach the service. */
  url: string;
  /** What signs webhooks. */
  secret: string;
  gateway: () => string;
  /** host:port of this platform's Temporal. */
  temporalAddress: () => string;
  /** Commits and pushes a version; resolves with the commit when the gateway has accepted the event. */
  push: (version: Version) => Promise<string>;
  /** Begins the load when the service answers first; later calls return the same one. */
  load: () => Promise<LiveLoad>;
  gate: Gate;
  /** Pid of a living part of the platform. */
  pid: (service: ServiceName) => Promise<number | undefined>;
  /** Looks for a part, which can take a second on a busy machine, and returns what signals it and tells its pid. Throws when it does not run. */
  aim: (service: ServiceName) => Promise<(signal?: NodeJS.Signals) => number>;
  /** Looks for a part and signals it at once. */
  kill: (service: ServiceName, signal?: NodeJS.Signals) => Promise<number>;
  /** Resolves with the pid when the part runs again under another pid than `old`. */
  restarted: (service: ServiceName, old: number) => Promise<number>;
  /** Keeps the supervisor from starting anything again, until `thaw`. */
  freeze: () => void;
  thaw: () => void;
  stopPlatform: () => Promise<void>;
  /** Starts it again, from now on with these settings in the place of what it had of the same name. */
  startPlatform: (change?: Record<string, string>) => Promise<void>;
  /** What `temporal` prints for these arguments, on this platform's server. Throws when it fails. */
  temporalCli: (...args: string[]) => Promise<string>;
  /** Stops everything and says what is left: processes, ports, workspaces and temporary files. Repeating it is harmless. */
  stop: () => Promise<string[]>;
}

/** Starts a platform on a temporary folder, with more of an environment and of sagaline.yaml; `stop` it whatever happens. */
export async function startWorld(
  more: Record<string, string> = {},
  change: (usual: ReturnType<typeof configuration>, folder: string) => object = (usual) => usual,
): Promise<World> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sagaline-world-')));
  const state = join(folder, 'state');
  const [servicePort, gatewayPort] = [await freePort(), await freePort()];
  const secret = randomBytes(32).toString('hex');
  const token = randomBytes(32).toString('hex');
  const paths = {
    config: join(folder, 'sagaline.yaml'),
    secret: join(folder, 'secret'),
    git: join(folder, 'git'),
  };
  const path = process.env['PATH'] ?? '';
  const environment = {
    ...more,
    PATH: path,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    SAGALINE_STATE: state,
    SAGALINE_CONFIG: paths.config,
    SAGALINE_PORT: String(gatewayPort),
    SAGALINE_TOKEN: token,
    SAGALINE_SECRET_GITHUB: secret,
    SAGALINE_TEMPORAL_CLI: temporalCliPath(),
  };
  await Promise.all([mkdir(environment.HOME), mkdir(environment.TMPDIR)]);
  await writeFile(paths.secret, secret, { mode: 0o600 });
  const usual = configuration(join(paths.git, 'shop.git'), servicePort);
  await writeFile(paths.config, stringify(change(usual, folder)));

  let platform: PlatformProcess | undefined;
  const running = (): PlatformProcess => {
    if (!platform) throw new Error('the platform is stopped');
    return platform;
  };
  const startPlatform = async (change: Record<string, string> = {}) => {
    Object.assign(environment, change);
    platform = await startPlatformProcess(folder, environment);
    // A server that the platform did not start outlives it.
    if (!('TEMPORAL_ADDRESS' in environment)) temporalPorts.push(portOf(platform.temporal));
  };
  const gateway = `http://127.0.0.1:${String(gatewayPort)}`;
  const repository = await createRepository({
    folder: paths.git,
    hook: join(__dirname, '../../examples/git-hook/post-receive.mjs'),
    gateway,
    repository: 'acme/shop',
    secretFile: paths.secret,
    path,
  });
  const temporalPorts: number[] = [];
  const url = `http://127.0.0.1:${String(servicePort)}/`;
  const gate = createGate(join(folder, 'gate'));
  let load: Promise<LiveLoad> | undefined;
  let left: Promise<string[]> | undefined;

  const stopPlatform = async () => {
    await platform?.stop();
    platform = undefined;
  };
  const aim: World['aim'] = async (service) => {
    const pid = await pidOf(state, service);
    if (pid === undefined) throw new Error(`there is no ${service} to kill`);
    return (signal = 'SIGKILL') => {
      process.kill(pid, signal);
      return pid;
    };
  };
  const stopAll = async (): Promise<string[]> => {
    await (await load)?.stop();
    platform?.thaw();
    await stopPlatform();
    await stopTarget(state);
    const ports = [servicePort, gatewayPort, ...temporalPorts];
    const rest = await leftovers(folder, ports);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return rest;
  };
  await startPlatform().catch(async (error: unknown) => {
    await stopAll();
    throw error;
  });
  return {
    ...createApi(() => gateway, token),
    folder,
    state,
    url,
    secret,
    gateway: () => gateway,
    temporalAddress: () => running().temporal,
    async push(version) {
      const files = await mkdtemp(join(folder, 'files-'));
      for (const [name, content] of Object.entries(filesOf(version, gate.file))) {
        await mkdir(dirname(join(files, name)), { recursive: true });
        await writeFile(join(files, name), content);
      }
      const { commit, said } = await repository.push(files, version.version);
      if (!said.includes('accepted')) throw new Error(`the push was not accepted: ${said}`);
      return commit;
    },
    load: () => (load ??= startLiveLoad(url)),
    gate,
    pid: (service) => pidOf(state, service),
    aim,
    kill: async (service, signal) => (await aim(service))(signal),
    restarted: (service, old) =>
      until(`${service} runs again`, async () => {
        const pid = await pidOf(state, service);
        return pid !== old && pid;
      }),
    freeze: () => {
      running().freeze();
    },
    thaw: () => {
      running().thaw();
    },
    stopPlatform,
    startPlatform,
    ...viewTarget(state),
    async temporalCli(...args) {
      const argv = [temporalCliPath(), ...args, '--address', running().temporal];
      const result = await run(argv, { cwd: folder, env: { PATH: path, HOME: environment.HOME } });
      if (result.exitCode !== 0) throw new Error(`temporal ${args.join(' ')}: ${result.stderr}`);
      return result.stdout;
    },
    stop: () => (left ??= stopAll()),
  };
}

const portOf = (address: string): number => Number(address.split(':').at(-1));
