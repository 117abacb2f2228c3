import type { EventKind } from '../domain/event';

/** What an event of each kind tells. */
export const kindDescriptions: Readonly<Record<EventKind, string>> = {
  push: 'A branch was moved, made or deleted.',
  pull_request: 'A change was proposed, updated, closed or merged.',
  tag: 'A tag was made, moved or deleted.',
  image: 'An image was pushed to a registry.',
  infrastructure: 'Infrastructure as code was changed or applied; `repository` or `stack` is needed.',
  alert: 'A monitoring alert fires or is resolved.',
  finding: 'A scanner found something.',
  ci_run: 'A run of another CI system began or ended.',
  deployment: 'A service was deployed by somebody else. Further fields are kept.',
  manual: 'Somebody started a pipeline by `POST /runs`. It cannot be sent as an event.',
  schedule:
    'A time of a pipeline came. The platform makes it itself; who sends one, sends one of a source of their own. Further fields are kept.',
  custom: 'Anything else: all fields are kept.',
};

const commit = 'Full commit id, 40 or 64 hex digits.';
const repository = 'owner/name, as sagaline.yaml registers it.';
const author = 'Who made the change, as the source calls them.';
const deletedCommit = 'Full id of the commit that it points to now; null when it was deleted.';

/** What each field of `data` means, by kind. */
export const dataDescriptions: Readonly<Record<EventKind, Readonly<Record<string, string>>>> = {
  push: {
    repository,
    cloneUrl: 'As the source says it; never fetched from.',
    ref: 'Full ref, such as refs/heads/main.',
    commit: deletedCommit,
    previousCommit: 'Where it pointed before; null when it was made. Puts swapped events in order.',
    deleted: 'Whether the branch was deleted.',
    created: 'Whether the branch was made.',
    author,
    message: 'Message of the newest commit.',
  },
  pull_request: {
    repository: 'owner/name of the repository that the change is proposed to.',
    action: 'What happened to it.',
    number: 'Number of the pull request.',
    commit:
      'Full id of its newest commit; null where the sender does not tell it whole: then the repository is asked.',
    commitStart: 'First digits of that commit, where the sender cuts its id.',
    sourceRef: 'Branch that the change is on.',
    targetRef: 'Branch that it is proposed to.',
    fork: 'Whether the change comes from another repository: its pipeline files then do not count.',
    title: 'Title of the pull request.',
    author,
  },
  tag: {
    repository,
    ref: 'Full ref, such as refs/tags/v1.2.3.',
    commit: deletedCommit,
    deleted: 'Whether the tag was deleted.',
  },
  image: {
    repository: 'Repository of the registry, with its host where the source says one.',
    tag: 'Tag that was pushed.',
    digest:
      '`sha256:` and 64 hex digits; absent where the registry tells only the tag, which may since have moved.',
  },
  infrastructure: {
    repository,
    stack: 'Name of the stack.',
    ref: 'Full ref.',
    commit,
    paths: 'Files that were changed.',
  },
  alert: {
    status: 'Whether it fires or is over.',
    name: 'Name of the alert.',
    service: 'Service that it is about.',
    environment: 'Environment that it is about.',
    severity: 'As the source calls it.',
    labels: 'Labels, by name.',
    startsAt: 'When the trouble began, ISO 8601.',
  },
  finding: {
    tool: 'Scanner that found it.',
    severity: 'As the tool calls it.',
    artifact: 'Artifact that it is in.',
    repository,
    rule: 'Rule of the tool.',
    description: 'What was found; never a secret itself.',
    status: 'Whether it still stands, where the source says so.',
  },
  ci_run: {
    system: 'The CI system.',
    runId: 'Id of the run there.',
    status: "The system's own word, in lower case.",
    repository,
    commit,
    url: 'Page of the run.',
    name: 'Name of the workflow or check.',
    branch: 'Branch, for conditions only: nobody proves that the commit is on it.',
  },
  deployment: { service: 'Service that was deployed.', environment: 'Where to.' },
  manual: {
    pipeline: 'Name of the pipeline.',
    repository,
    ref: 'Full ref whose head is taken.',
    commit: 'Full id of that head.',
    inputs: 'Inputs of the pipeline, by name.',
    author: 'Who started it, by their token.',
    environments: 'The only environments that the token may change; any where absent.',
  },
  schedule: { repository, pipeline: 'Name of the pipeline.' },
  custom: {},
};
