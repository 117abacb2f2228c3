/** One row of the error table: what the HTTP edge answers, whether trying again can help, what a person does. */
interface ErrorRow {
  /** HTTP status of the problem+json answer. */
  status: number;
  /** Whether the same call can succeed later without anybody changing anything. */
  retryable: boolean;
  title: string;
  whatToDo: string;
}

/** Every error the platform names; docs/errors.md is generated from this table. */
export const errorTable = {
  Malformed: {
    status: 400,
    retryable: false,
    title: 'The request cannot be read',
    whatToDo: 'Correct the body or the headers that the detail names, then send it again.',
  },
  Unauthenticated: {
    status: 401,
    retryable: false,
    title: 'Signature or token wrong or missing',
    whatToDo:
      'Sign the raw body with the secret of the source, or send the token as `Authorization: Bearer`.',
  },
  NotAllowed: {
    status: 403,
    retryable: false,
    title: 'Not allowed',
    whatToDo:
      "Ask the owner of sagaline.yaml: an environment's `allow` says what may be deployed there, `people` who may act.",
  },
  NotFound: {
    status: 404,
    retryable: false,
    title: 'Nothing of that name',
    whatToDo: 'Check the id; the detail says what was looked for.',
  },
  WrongState: {
    status: 409,
    retryable: false,
    title: 'Not possible in this state',
    whatToDo: 'Read the present state first; the detail names it.',
  },
  StaleGeneration: {
    status: 409,
    retryable: false,
    title: 'A newer generation owns this lane',
    whatToDo: 'Nothing: a later holder of the lane has taken over, and its writes count.',
  },
  TooLarge: {
    status: 413,
    retryable: false,
    title: 'The body is over the limit',
    whatToDo: 'Send less; the detail says the limit of this source in bytes.',
  },
  UnsupportedMediaType: {
    status: 415,
    retryable: false,
    title: 'Media type not supported',
    whatToDo: 'Send application/json, or a CloudEvents media type to /events.',
  },
  RangeNotSatisfiable: {
    status: 416,
    retryable: false,
    title: 'The range lies outside the content',
    whatToDo: 'Ask for a range below the size in Content-Range, or for none.',
  },
  NotUnderstood: {
    status: 422,
    retryable: false,
    title: 'Authentic, but not understood',
    whatToDo: 'The event is kept under the id in this answer; the detail names the field.',
  },
  RateLimited: {
    status: 429,
    retryable: true,
    title: 'Too many events of this source',
    whatToDo:
      'Send it again after the seconds in Retry-After, and fewer at once; `sources[].limits` in sagaline.yaml sets how many.',
  },
  Unavailable: {
    status: 503,
    retryable: true,
    title: 'Not confirmed by Temporal',
    whatToDo: 'Send it again after the seconds in Retry-After; it then has one effect.',
  },
  Internal: {
    status: 500,
    retryable: false,
    title: 'A fault of Sagaline itself',
    whatToDo: 'Read the log of the gateway at this time, and report what it says.',
  },
  KeyMissing: {
    status: 500,
    retryable: false,
    title: 'Encrypted with a key that is not here',
    whatToDo:
      'Give gateway and workers the key that the detail names in SAGALINE_ENCRYPTION_KEYS, and start them again.',
  },
  InvalidConfiguration: {
    status: 500,
    retryable: false,
    title: 'Configuration is not valid',
    whatToDo: 'Correct the file, line and field that the detail names.',
  },
  InvalidPipeline: {
    status: 422,
    retryable: false,
    title: 'Pipeline file is not valid',
    whatToDo: 'Correct the file, line and field that the detail names, and push again.',
  },
  RepositoryUnreachable: {
    status: 503,
    retryable: true,
    title: 'The repository does not answer',
    whatToDo: 'Check `url` and `credential` of the repository in sagaline.yaml; the platform keeps trying.',
  },
  CommitNotFound: {
    status: 422,
    retryable: false,
    title: 'The commit is not in the registered repository',
    whatToDo: 'Check that the event and the `url` in sagaline.yaml speak of the same repository.',
  },
  StepFailed: {
    status: 422,
    retryable: true,
    title: 'A step failed',
    whatToDo: "Read the step's log; `retry` in the pipeline says how often it is tried.",
  },
  StepTimedOut: {
    status: 422,
    retryable: true,
    title: 'A step took longer than its timeout',
    whatToDo: 'Make it faster or raise `timeout`.',
  },
  SecretsFound: {
    status: 422,
    retryable: false,
    title: 'The scan found secrets in the commit',
    whatToDo: 'Revoke them, remove them from the commit, push again.',
  },
  NotReady: {
    status: 422,
    retryable: false,
    title: 'The release never answered its readiness probe',
    whatToDo: "Read the release's log; check `start`, `ready` and that it listens on $PORT.",
  },
  VerdictFailed: {
    status: 422,
    retryable: false,
    title: 'The canary failed a check',
    whatToDo: 'The reason names the check, its value and its limit; traffic is back on the stable release.',
  },
  Superseded: {
    status: 409,
    retryable: false,
    title: 'A later change has taken this place',
    whatToDo: 'Nothing: the later change is deployed or being deployed.',
  },
  FinalFailure: {
    status: 422,
    retryable: false,
    title: 'A step failed in a way that `retry` names as final',
    whatToDo: "Read the step's log and correct the cause; the step is not tried again.",
  },
  CallFailed: {
    status: 422,
    retryable: true,
    title: 'An HTTP call failed',
    whatToDo: 'Check the address and what answers there; the detail names the status.',
  },
  Rejected: {
    status: 422,
    retryable: false,
    title: 'An approval was refused',
    whatToDo: 'The reason names who refused it and why; push a corrected change.',
  },
  TimeLimit: {
    status: 422,
    retryable: false,
    title: 'An approval or a wait took longer than its time limit',
    whatToDo: 'Start the run again with `retry`, or raise `timeout`.',
  },
  TargetUnavailable: {
    status: 503,
    retryable: true,
    title: 'The target does not answer',
    whatToDo:
      'It is tried again; the logs in the state folder (target/agent.log, target/router.log) say what is missing.',
  },
  LedgerUnavailable: {
    status: 503,
    retryable: true,
    title: 'The ledger does not answer',
    whatToDo:
      'Runs and events go on without it, and what it misses is written when it answers; check `DATABASE_URL`, or logs in the state folder (ledger/postgres.log).',
  },
  BlobsUnavailable: {
    status: 503,
    retryable: true,
    title: 'The blob store does not answer',
    whatToDo: 'It is tried again; check `SAGALINE_BLOBS` and the AWS_* variables, and what the detail names.',
  },
  BlobDamaged: {
    status: 500,
    retryable: false,
    title: 'A stored blob is not what was stored',
    whatToDo:
      'Delete the object that the detail names and run the pipeline anew, not with `retry`: it is stored again.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** An error with a code of the table; `detail` is safe to show and carries no secret. */
export class SagalineError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    private readonly options: ErrorOptions & { retryAfterMs?: number } = {},
  ) {
    super(detail, options);
    this.name = code;
  }

  /** Milliseconds after which the same call can succeed, where that is known. */
  get retryAfterMs(): number | undefined {
    return this.options.retryAfterMs;
  }

  get row(): ErrorRow {
    return errorTable[this.code];
  }
}
