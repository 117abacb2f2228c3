import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { type EncryptionKeys, encryptionKeysSchema, noKeys } from './codec/keys';
import { SagalineError } from './domain/errors';
import { variables } from './variables';

const schema = z.object({
  SAGALINE_HOST: z.string().min(1).default(variables.SAGALINE_HOST.fallback),
  SAGALINE_PORT: z.coerce.number().int().min(0).max(65_535).default(Number(variables.SAGALINE_PORT.fallback)),
  SAGALINE_TLS_CERT: z.string().min(1).optional(),
  SAGALINE_TLS_KEY: z.string().min(1).optional(),
  SAGALINE_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as http://127.0.0.1:8080' })
    .optional(),
  SAGALINE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://sagaline.example' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  SAGALINE_STATE: z.string().min(1).default(variables.SAGALINE_STATE.fallback),
  SAGALINE_BLOBS: z
    .url('must be a URL such as s3://bucket/prefix')
    .transform((text) => new URL(text))
    .optional(),
  SAGALINE_CONFIG: z.string().min(1).optional(),
  SAGALINE_PIPELINES: z.string().min(1).optional(),
  SAGALINE_TOKEN: z.string().min(16, 'needs at least 16 characters').optional(),
  SAGALINE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SAGALINE_POOLS: z
    .string()
    .transform((list) => list.split(',').map((pool) => pool.trim()))
    .pipe(
      z.array(z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be pool names with commas')).min(1),
    )
    .optional(),
  SAGALINE_SHELL_STEPS: z.coerce.number().int().min(1).max(1000).optional(),
  SAGALINE_STEP_ISOLATION: z
    .enum(['auto', 'required', 'off'])
    .default(variables.SAGALINE_STEP_ISOLATION.fallback),
  SAGALINE_DEPLOYMENT: z
    .string()
    .regex(/^[^.:]+$/, 'must be a name without . and :')
    .optional(),
  SAGALINE_BUILD_ID: z.string().min(1).optional(),
  SAGALINE_TEMPORAL_CLI: z.string().min(1).default('temporal'),
  SAGALINE_ENCRYPTION_KEYS: encryptionKeysSchema.optional(),
  SAGALINE_CODEC_ORIGIN: z
    .string()
    .refine(
      (text) => URL.canParse(text) && new URL(text).origin === text,
      'must be an origin such as https://temporal.example',
    )
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a URL such as postgres://user:password@host/database')
    .optional(),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
});

/** What a versioned worker calls itself to Temporal. */
export interface WorkerVersion {
  deploymentName: string;
  buildId: string;
}

/** Files with a certificate and its key. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/** Settings of one process. Paths are absolute. */
export interface Settings {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** What the gateway proves itself with; undefined for plain HTTP. */
  tls: TlsFiles | undefined;
  /** Where the `sagaline` command finds the gateway. */
  url: string;
  /** Where people reach the gateway, without a slash at the end; undefined for no links in commit statuses. */
  publicUrl: string | undefined;
  /** State folder. */
  state: string;
  /** Where artifacts, caches and logs are; undefined for files in the state folder. */
  blobs: URL | undefined;
  configFile: string;
  /** Whether the configuration file was named; an unnamed one may be absent. */
  configNamed: boolean;
  /** Folder of golden-path pipelines; undefined for none. */
  pipelines: string | undefined;
  token: string | undefined;
  logLevel: string;
  temporalCli: string;
  /** Pools that a worker serves, `default` among them where it executes workflows; undefined for all. */
  pools: string[] | undefined;
  /** Shell steps, scans and user-written steps that a worker executes at once; undefined to go by the machine. */
  shellSteps: number | undefined;
  /** Whether shell steps are kept apart from the worker: where the machine can, always, or never. */
  stepIsolation: 'auto' | 'required' | 'off';
  /** The worker's version; undefined for unversioned workers. */
  version: WorkerVersion | undefined;
  /** Origin of a Web UI that may ask the codec endpoint; undefined for none. */
  codecOrigin: string | undefined;
  /** Where the ledger is; undefined for the embedded one. */
  databaseUrl: string | undefined;
  /** What encrypts and decrypts payloads. */
  encryption: EncryptionKeys;
  path: string;
  /** Secrets of sources by name, in lower case. */
  sourceSecrets: Record<string, string>;
  /** Whether the environment names a Temporal server; otherwise the embedded one is started. */
  temporalNamed: boolean;
  /** The whole environment: for children, and for `${env:NAME}` references. */
  environment: Record<string, string>;
}

/** Reads the environment; throws InvalidConfiguration naming the variable. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  // An empty variable is one that somebody wanted to unset.
  const defined = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  const parsed = schema.safeParse(defined);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new SagalineError('InvalidConfiguration', lines.join('\n'));
  }
  const { data } = parsed;
  const tls = tlsFiles(data.SAGALINE_TLS_CERT, data.SAGALINE_TLS_KEY);
  return {
    host: data.SAGALINE_HOST,
    port: data.SAGALINE_PORT,
    tls,
    url: data.SAGALINE_URL ?? `${tls ? 'https' : 'http'}://127.0.0.1:${String(data.SAGALINE_PORT)}`,
    publicUrl: data.SAGALINE_PUBLIC_URL,
    state: resolve(data.SAGALINE_STATE),
    blobs: data.SAGALINE_BLOBS,
    configFile: resolve(data.SAGALINE_CONFIG ?? variables.SAGALINE_CONFIG.fallback),
    configNamed: data.SAGALINE_CONFIG !== undefined,
    pipelines: data.SAGALINE_PIPELINES === undefined ? undefined : resolve(data.SAGALINE_PIPELINES),
    token: data.SAGALINE_TOKEN,
    logLevel: data.SAGALINE_LOG_LEVEL,
    temporalCli: data.SAGALINE_TEMPORAL_CLI,
    pools: data.SAGALINE_POOLS,
    shellSteps: data.SAGALINE_SHELL_STEPS,
    stepIsolation: data.SAGALINE_STEP_ISOLATION,
    version: workerVersion(data.SAGALINE_DEPLOYMENT, data.SAGALINE_BUILD_ID),
    codecOrigin: data.SAGALINE_CODEC_ORIGIN,
    databaseUrl: data.DATABASE_URL,
    encryption: data.SAGALINE_ENCRYPTION_KEYS ?? noKeys,
    path: data.PATH,
    sourceSecrets: sourceSecrets(defined),
    temporalNamed: ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
      (name) => defined[name],
    ),
    environment: defined,
  };
}

function workerVersion(deploymentName?: string, buildId?: string): WorkerVersion | undefined {
  if (deploymentName !== undefined && buildId !== undefined) return { deploymentName, buildId };
  if (deploymentName === buildId) return undefined;
  const missing = deploymentName === undefined ? 'SAGALINE_DEPLOYMENT' : 'SAGALINE_BUILD_ID';
  throw new SagalineError('InvalidConfiguration', `${missing}: is missing; a version needs both`);
}

function tlsFiles(cert?: string, key?: string): TlsFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert: resolve(cert), key: resolve(key) };
  if (cert === key) return undefined;
  const missing = cert === undefined ? 'SAGALINE_TLS_CERT' : 'SAGALINE_TLS_KEY';
  throw new SagalineError('InvalidConfiguration', `${missing}: is missing; TLS needs both`);
}

const secretPrefix = 'SAGALINE_SECRET_';

/** The variable that holds the secret of a source. */
export const secretVariable = (source: string): string => `${secretPrefix}${source.toUpperCase()}`;

function sourceSecrets(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([name, value]) => name.startsWith(secretPrefix) && value !== '')
      .map(([name, value]) => [name.slice(secretPrefix.length).toLowerCase(), value]),
  );
}

/** The variable that a `${env:NAME}` reference, or a bare name, stands for. */
export const referencedVariable = (reference: string): string =>
  /^\$\{env:(\w+)\}$/.exec(reference)?.[1] ?? reference;

/** The value of a `${env:NAME}` reference; throws InvalidConfiguration naming the variable that is not set. */
export function dereference(settings: Settings, reference: string): string {
  const name = referencedVariable(reference);
  const value = settings.environment[name];
  if (!value) throw new SagalineError('InvalidConfiguration', `the variable ${name} is not set`);
  return value;
}

/** For connections that read histories: a page of one can have more bytes than gRPC's own limit of 4 MiB. */
export const largeAnswers = { 'grpc.max_receive_message_length': 128 * 1024 * 1024 };

/** Where Temporal is and which namespace to use: `TEMPORAL_*` and its profile files. */
export function temporalConnection(settings: Settings): ClientConnectConfig {
  return loadClientConnectConfig({ overrideEnvVars: settings.environment });
}

/** The admin token: SAGALINE_TOKEN, or one made once and kept readable by the owner alone. */
export async function controlToken(settings: Settings): Promise<string> {
  if (settings.token !== undefined) return settings.token;
  const file = tokenFile(settings);
  const temporary = `${file}.${randomUUID()}`;
  await mkdir(settings.state, { recursive: true, mode: 0o700 });
  await writeFile(temporary, randomBytes(32).toString('base64url'), { mode: 0o600 });
  // link(2) fails when the file exists: of two processes that start together, both read the first one's token.
  await link(temporary, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(temporary);
  return (await readFile(file, 'utf8')).trim();
}

export const tokenFile = (settings: Settings): string => join(settings.state, 'token');

/** Folder in the state folder where processes keep what the ledger has not confirmed yet. */
export const spoolFolder = (state: string): string => join(state, 'ledger', 'spool');
