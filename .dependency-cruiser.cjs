/** Which part may import which: imports point inward, towards src/domain. */

/** What the domain may use from outside: pure libraries, no clock, disk, network or Temporal. */
const pureLibraries = ['zod', '@bufbuild/cel', 'ms', 'yaml', '@noble/hashes', 'croner'];
const modules = (names) => `^node_modules/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files of a cycle can only be understood, tested and moved together.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment:
        'The rules run inside workflows, where anything but pure code breaks a replay; and they outlive every vendor.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', modules(pureLibraries)] },
    },
    {
      name: 'ports-speak-domain',
      comment: 'A port that mentions a vendor or Temporal would carry it into everything that uses the port.',
      severity: 'error',
      from: { path: '^src/ports\\.ts$' },
      to: { pathNot: '^src/domain/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'adapters-import-inward',
      comment: 'An adapter translates between one vendor and the domain; it knows nothing of who calls it.',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: {
        path: '^(src|workflows|activities|workers)/',
        pathNot: [
          '^src/(domain|adapters|target|codec)/',
          '^src/(ports|contact|in-time|process|log|run-(start|end)|packages|source)\\.ts$',
        ],
      },
    },
    {
      name: 'adapter-families-are-strangers',
      comment: 'One vendor is replaced without another noticing.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      // One connection to S3 serves blobs and logs.
      to: { path: '^src/adapters/', pathNot: ['^src/adapters/$1/', '^src/adapters/s3/'] },
    },
    {
      name: 'workflows-import-domain-and-temporal',
      comment:
        'A workflow is replayed in a sandbox: it may use nothing that reads a clock, a disk or a network.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        pathNot: [
          '^workflows/',
          '^src/domain/',
          '^src/ports\\.ts$',
          '^activities/',
          modules(['@temporalio/workflow', '@temporalio/common']),
        ],
      },
    },
    {
      name: 'workflows-import-activities-as-types',
      comment:
        'The code of an activity runs elsewhere; inside the bundle it would drag the outside world into a replay.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^(activities/|src/ports\\.ts$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'activities-get-their-adapters',
      comment: 'Adapters are handed in through ports, so that tests and other targets hand in others.',
      severity: 'error',
      from: { path: '^activities/' },
      to: {
        path: '^(src|workflows|workers)/',
        pathNot: ['^src/domain/', '^src/(ports|contact|guard|in-time|process|log)\\.ts$'],
      },
    },
    {
      name: 'gateway-knows-sources-only',
      comment: 'The gateway receives and answers; what acts on the world runs in workers. Its main composes.',
      severity: 'error',
      from: { path: '^src/gateway/', pathNot: '^src/gateway/main\\.ts$' },
      to: { path: '^(src/adapters/|activities/|workers/)', pathNot: '^src/adapters/sources/' },
    },
    {
      name: 'cli-is-a-client',
      comment:
        'The command reads files by the rules of the domain and asks a gateway over HTTP, as everybody else does.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: {
        path: '^(src|workflows|activities|workers)/',
        // User-written steps check their own input, GitHub is asked as a worker asks it, and `doctor` tries what a worker does.
        pathNot: [
          '^src/(domain|cli|codec)/',
          '^src/(config|ports|process)\\.ts$',
          '^src/adapters/(steps|deliveries|sources|isolation)/',
        ],
      },
    },
    {
      name: 'targets-stand-alone',
      comment: 'Agent and router are processes of their own that must go on when everything else is gone.',
      severity: 'error',
      from: { path: '^src/target/' },
      to: {
        path: '^(src|workflows|activities|workers)/',
        pathNot: ['^src/(domain|target)/', '^src/(ports|process|log|config)\\.ts$'],
      },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'Test code is not shipped.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'only-declared-packages',
      comment: 'A package that another one happens to bring along may be gone after an update.',
      severity: 'error',
      from: { path: '^(src|workflows|activities|workers)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails only when it is run.',
      severity: 'error',
      from: {},
      // What the build makes is not there yet on a fresh clone.
      to: { couldNotResolve: true, pathNot: '(^|/)dist/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|examples)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
