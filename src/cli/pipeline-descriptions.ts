/**
 * What each field of a pipeline file means: for editors, and for the tables of docs/pipelines.md. A name is the field's path;
 * `step` stands for every kind of step, `undo` for every kind of `compensate`, and a kind's own name goes before both.
 */
export const pipelineDescriptions: Readonly<Record<string, string>> = {
  apiVersion: 'Version of the language.',
  name: 'Name of the pipeline, unique in its repository.',
  on: 'Which events start it; the first one that matches counts. Empty for a pipeline that only others use.',
  inputs: 'Values by name, given by who starts it by hand or by the pipeline that uses it.',
  concurrency: 'Which runs take turns.',
  freeze: 'Times in which the steps that change an environment wait.',
  steps: 'What is done: each step as soon as those it needs are done.',

  'on.event': 'Kind of the event.',
  'on.branches': 'Globs of branches: of a push its own, of a pull request the one that it wants to change.',
  'on.tags': 'Globs of tags.',
  'on.paths': 'Globs of changed files, of which one must match.',
  'on.when': 'CEL condition over `event`; without one, every event of the kind.',
  'on.cron': 'Five fields of a crontab, or a nickname such as @daily.',
  'on.zone': 'Time zone that `cron` is read in.',

  'inputs.type': 'What the value is.',
  'inputs.description': 'For who gives it.',
  'inputs.options': 'The only values allowed.',
  'inputs.default': 'The value when none is given; without one the input must be given.',

  'concurrency.group': 'Runs of equal text take turns; may hold `${...}` over `event`.',
  'concurrency.onNewer':
    'What a newer run does: `queue` waits for its turn, `cancel` ends older runs that have changed no environment yet, ' +
    '`coalesce` lets active runs finish and takes the place of those that wait.',
  'concurrency.limit': 'Runs of the group that may be active at one time.',

  'freeze.cron': 'When the freeze begins, again and again; with `for`.',
  'freeze.for': 'How long each lasts.',
  'freeze.from': 'First moment of a single freeze, such as 2026-12-24 or 2026-12-24T17:00.',
  'freeze.to': 'First moment after it.',
  'freeze.zone': 'Time zone that the times are read in.',
  'freeze.reason': 'Shown to those who wait.',
  'freeze.override': 'Teams whose members may let a run release nevertheless; nobody when empty.',

  'step.id': 'Name of the step, unique in the file.',
  'step.uses': 'Kind of the step.',
  'step.with': 'What the kind needs to know.',
  'step.needs': 'Ids of the steps that must be done before.',
  'step.when': 'CEL condition; a step that it leaves out counts as done for those that need it.',
  'step.matrix': 'Values by name; the step is executed once for each combination, at most 64.',
  'step.timeout': 'Longest time of one attempt.',
  'step.retry': 'Repeats the step when it fails.',
  'step.retry.attempts': 'Attempts in all, the first included.',
  'step.retry.backoff': 'Time before the second attempt; it doubles each time.',
  'step.retry.maxBackoff': 'Longest time between two attempts.',
  'step.retry.final': 'Exit codes, and codes of docs/errors.md, after which the step is not tried again.',
  'step.continueOnError': 'The run goes on when this step fails; the step still shows as failed.',
  'step.runsOn': 'Pool whose workers execute it.',
  'step.environment': 'Environment of sagaline.yaml whose secrets it may read.',
  'step.secrets':
    'Names of secrets; their values become environment variables, and appear in no log, output or history.',

  'shell.with.run': 'Script for `sh -e`, in a fresh checkout with the artifacts of the steps it needs.',
  'shell.env': 'Environment variables; may hold `${...}`.',
  'shell.artifacts': 'Files that later steps find in their checkout.',
  'shell.cache': 'Files that are kept from run to run.',
  'shell.cache.key': 'Equal keys share their files; may hold `${...}` and `hashFiles(...)`.',
  'shell.cache.paths': 'Files and folders to keep.',
  'shell.before': 'Executed first; what it prints is recorded for `compensate`.',
  'shell.before.run': 'Script for `sh -e`.',
  'shell.compensate': 'Undoes the step, when it or a later one fails or the run is cancelled.',
  'undo.uses': 'Kind of the undo.',
  'undo.with': 'What the kind needs to know.',
  'undo.timeout': 'Longest time of one attempt; it is repeated, and in the end a person is asked.',

  'http.with.method': 'Method of the call.',
  'http.with.url': 'Where to; may hold `${...}` and `${secret("NAME")}`.',
  'http.with.headers': 'Headers by name; may hold `${...}` and `${secret("NAME")}`.',
  'http.with.body': 'Text of the body; may hold `${...}` and `${secret("NAME")}`.',
  'http.with.expect': 'Status codes that count as success; every 2xx without it.',
  'http.compensate': 'Undoes the step, when it or a later one fails or the run is cancelled.',

  'emit.with.type': 'CDEvents type such as service.deployed, or one of your own.',
  'emit.with.subject': 'What the event is about; may hold `${...}`.',
  'emit.with.data': 'Data of the event; texts in it may hold `${...}`.',

  'notify.with.to': 'Sink of sagaline.yaml.',
  'notify.with.message': 'The text; may hold `${...}`.',

  'approval.timeout': 'Longest time to wait for a decision.',
  'approval.with.teams': 'Teams of sagaline.yaml whose members may decide.',
  'approval.with.count': 'People who must approve.',
  'approval.with.onTimeout': 'What an approval that nobody gave in time means for the run.',
  'approval.with.authorMayApprove': 'Whether the author of the change counts as well.',
  'approval.with.message': 'Shown to those who decide; may hold `${...}`.',

  'wait.timeout': 'Longest time to wait for the event.',
  'wait.with.for': 'How long to wait.',
  'wait.with.until': 'When to go on: ISO 8601 with a zone; may hold `${...}`.',
  'wait.with.event': 'Kind of the event to wait for.',
  'wait.with.when': 'CEL condition on that event, over `event`, `run` and `inputs`.',
  'wait.with.onTimeout': 'What an event that did not come in time means for the run.',

  'pipeline.with.pipeline': 'Name of another pipeline of the same repository.',
  'pipeline.with.inputs': 'Its inputs; texts may hold `${...}`.',

  'canary.with.service': 'Service of sagaline.yaml.',
  'canary.with.environment': 'Environment of sagaline.yaml.',
  'canary.with.artifact':
    'Step whose artifacts are released; without one the live files are released with this configuration.',
  'canary.with.start': 'Command line that starts one replica; it must listen on $PORT.',
  'canary.with.ready': 'Path that answers 2xx once a replica is ready.',
  'canary.with.readyTimeout': 'Longest time from start to ready.',
  'canary.with.replicas': 'Processes of the release.',
  'canary.with.env': 'Environment variables of the release; may hold `${...}`.',
  'canary.with.secrets': 'Names of the secrets that the release gets as environment variables.',
  'canary.with.weights': 'Percent of requests for the new release, rising; promotion comes after the last.',
  'canary.with.interval': 'Time between two measurements.',
  'canary.with.minSamples': 'Requests that a measurement needs; fewer are inconclusive.',
  'canary.with.onInconclusive':
    'What to do when there is no answer for `patience`: hold and alert, undo, or promote.',
  'canary.with.patience': 'How long a measurement may stay inconclusive.',
  'canary.with.checks': 'What must hold of the new release.',
  'canary.with.checks.name': 'Name of the check.',
  'canary.with.checks.query': 'Query that measures it.',
  'canary.with.checks.max': 'Limit of the value itself: a fraction for rates, milliseconds for latencies.',
  'canary.with.checks.maxIncrease':
    "Limit of the excess over the live release, as a fraction of its value; ignored for a lane's first release.",

  'custom.with': 'Input of the step, as its package defines it; texts may hold `${...}`.',
  'custom.compensate': 'Undoes the step, when it or a later one fails or the run is cancelled.',
};
