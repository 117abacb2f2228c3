import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { SagalineError } from './domain/errors';

/** Every variable the platform reads: docs/operating.md and `--help` show this table. */
export const variables = {
  SAGALINE_HOST: { fallback: '127.0.0.1', meaning: 'address the gateway listens on' },
  SAGALINE_PORT: { fallback: '8080', meaning: 'port of the gateway; another one is taken when it is in use' },
  SAGALINE_STATE: { fallback: '.sagaline-state', meaning: 'state folder' },
  SAGALINE_CONFIG: { fallback: 'sagaline.yaml', meaning: 'platform configuration' },
  SAGALINE_TOKEN: { fallback: 'made once, kept in the state folder', meaning: 'token of the control API' },
  'SAGALINE_SECRET_<SOURCE>': {
    fallback: 'none: the source refuses everything',
    meaning: 'secret of a source',
  },
  SAGALINE_LOG_LEVEL: { fallback: 'info', meaning: 'trace, debug, info, warn, error or silent' },
  SAGALINE_TEMPORAL_CLI: { fallback: 'found or installed', meaning: 'path of the temporal command' },
  'TEMPORAL_*': {
    fallback: 'an embedded dev server',
    meaning: 'Temporal, as @temporalio/envconfig reads it',
  },
} as const satisfies Record<string, { fallback: string; meaning: string }>;

const schema = z.object({
  SAGALINE_HOST: z.string().min(1).default(variables.SAGALINE_HOST.fallback),
  SAGALINE_PORT: z.coerce.number().int().min(0).max(65_535).default(Number(variables.SAGALINE_PORT.fallback)),
  SAGALINE_STATE: z.string().min(1).default(variables.SAGALINE_STATE.fallback),
  SAGALINE_CONFIG: z.string().min(1).optional(),
  SAGALINE_TOKEN: z.string().min(16, 'needs at least 16 characters').optional(),
  SAGALINE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SAGALINE_TEMPORAL_CLI: z.string().min(1).default('temporal'),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
});

/** Settings of one process. Paths are absolute. */
export interface Settings {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** State folder. */
  state: string;
  configFile: string;
  /** Whether the configuration file was named; an unnamed one may be absent. */
  configNamed: boolean;
  token: string | undefined;
  logLevel: string;
  temporalCli: string;
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
  return {
    host: data.SAGALINE_HOST,
    port: data.SAGALINE_PORT,
    state: resolve(data.SAGALINE_STATE),
    configFile: resolve(data.SAGALINE_CONFIG ?? variables.SAGALINE_CONFIG.fallback),
    configNamed: data.SAGALINE_CONFIG !== undefined,
    token: data.SAGALINE_TOKEN,
    logLevel: data.SAGALINE_LOG_LEVEL,
    temporalCli: data.SAGALINE_TEMPORAL_CLI,
    path: data.PATH,
    sourceSecrets: sourceSecrets(defined),
    temporalNamed: ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
      (name) => defined[name],
    ),
    environment: defined,
  };
}

function sourceSecrets(environment: Record<string, string>): Record<string, string> {
  const prefix = 'SAGALINE_SECRET_';
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([name, value]) => name.startsWith(prefix) && value !== '')
      .map(([name, value]) => [name.slice(prefix.length).toLowerCase(), value]),
  );
}

/** The value of a `${env:NAME}` reference; throws InvalidConfiguration naming the variable that is not set. */
export function dereference(settings: Settings, reference: string): string {
  const name = /^\$\{env:(\w+)\}$/.exec(reference)?.[1] ?? reference;
  const value = settings.environment[name];
  if (!value) throw new SagalineError('InvalidConfiguration', `the variable ${name} is not set`);
  return value;
}

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
