/** Every variable the platform reads: docs/operating.md and `--help` show this table. */
export const variables = {
  SAGALINE_HOST: { fallback: '127.0.0.1', meaning: 'address the gateway listens on' },
  SAGALINE_PORT: { fallback: '8080', meaning: 'port of the gateway; another one is taken when it is in use' },
  SAGALINE_TLS_CERT: {
    fallback: 'plain HTTP',
    meaning: 'file with the certificate of the gateway and its chain; needs SAGALINE_TLS_KEY',
  },
  SAGALINE_TLS_KEY: { fallback: 'plain HTTP', meaning: 'file with the key of the certificate' },
  SAGALINE_URL: {
    fallback: '127.0.0.1 with SAGALINE_PORT, https where there is a certificate',
    meaning: 'gateway that the sagaline command talks to',
  },
  SAGALINE_PUBLIC_URL: {
    fallback: 'statuses have no links',
    meaning: 'where people reach the gateway: what the links in commit statuses begin with',
  },
  SAGALINE_STATE: { fallback: '.sagaline-state', meaning: 'state folder' },
  SAGALINE_BLOBS: {
    fallback: 'files in the state folder',
    meaning: 'artifacts, caches and logs: s3://bucket/prefix, with the AWS_* variables of its SDK',
  },
  SAGALINE_CONFIG: { fallback: 'sagaline.yaml', meaning: 'platform configuration' },
  SAGALINE_PIPELINES: {
    fallback: 'none',
    meaning: 'folder of pipelines that every registered repository has, unless it has one of that name',
  },
  SAGALINE_TOKEN: { fallback: 'made once, kept in the state folder', meaning: 'token of the control API' },
  'SAGALINE_SECRET_<SOURCE>': {
    fallback: 'none: the source refuses everything',
    meaning: 'secret of a source',
  },
  SAGALINE_LOG_LEVEL: { fallback: 'info', meaning: 'trace, debug, info, warn, error or silent' },
  SAGALINE_POOLS: {
    fallback: 'default and every pool of sagaline.yaml',
    meaning: 'pools that a worker serves, with commas; `default` also executes workflows',
  },
  SAGALINE_SHELL_STEPS: {
    fallback: '4 a core, at least 8',
    meaning: 'shell steps, scans and user-written steps that a worker executes at once',
  },
  SAGALINE_STEP_ISOLATION: {
    fallback: 'auto',
    meaning:
      'namespaces around shell steps: `auto` where the machine can, `required` or the worker does not start, `off`',
  },
  SAGALINE_DEPLOYMENT: {
    fallback: 'unversioned workers',
    meaning: 'name of the worker deployment; needs SAGALINE_BUILD_ID and a Temporal server of your own',
  },
  SAGALINE_BUILD_ID: { fallback: 'unversioned workers', meaning: "the worker's build within its deployment" },
  SAGALINE_TEMPORAL_CLI: { fallback: 'found or installed', meaning: 'path of the temporal command' },
  SAGALINE_ENCRYPTION_KEYS: {
    fallback: 'payloads in clear',
    meaning: 'keys for what Temporal keeps, `id:base64` with commas: the first encrypts, all decrypt',
  },
  SAGALINE_CODEC_ORIGIN: {
    fallback: 'no page may ask it',
    meaning: 'origin of the Web UI that may ask the codec endpoint, such as https://temporal.example',
  },
  DATABASE_URL: {
    fallback: 'a PostgreSQL in the state folder',
    meaning: 'ledger: postgres://user:password@host/database',
  },
  'TEMPORAL_*': {
    fallback: 'an embedded dev server',
    meaning: 'Temporal, as @temporalio/envconfig reads it',
  },
} as const satisfies Record<string, { fallback: string; meaning: string }>;
