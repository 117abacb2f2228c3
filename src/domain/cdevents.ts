/** CloudEvents `source` of everything that the platform says itself, and the source of its own events in inboxes. */
export const ownSource = 'sagaline';

/** Version of the CDEvents specification that the table below is of. */
const specVersion = '0.4.1';

/** Predicates of each CDEvents subject, with the version of the event. */
export const vocabulary: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  artifact: { packaged: '0.2.0', signed: '0.2.0', published: '0.2.0', downloaded: '0.1.0', deleted: '0.1.0' },
  branch: { created: '0.2.0', deleted: '0.2.0' },
  build: { queued: '0.2.0', started: '0.2.0', finished: '0.2.0' },
  change: { created: '0.3.0', reviewed: '0.2.0', merged: '0.2.0', abandoned: '0.2.0', updated: '0.2.0' },
  environment: { created: '0.2.0', modified: '0.2.0', deleted: '0.2.0' },
  incident: { detected: '0.2.0', reported: '0.2.0', resolved: '0.2.0' },
  pipelinerun: { queued: '0.2.0', started: '0.2.0', finished: '0.2.0' },
  repository: { created: '0.2.0', modified: '0.2.0', deleted: '0.2.0' },
  service: {
    deployed: '0.2.0',
    upgraded: '0.2.0',
    rolledback: '0.2.0',
    removed: '0.2.0',
    published: '0.2.0',
  },
  taskrun: { started: '0.2.0', finished: '0.2.0' },
  testcaserun: { queued: '0.2.0', started: '0.2.0', finished: '0.2.0', skipped: '0.1.0' },
  testoutput: { published: '0.2.0' },
  testsuiterun: { queued: '0.2.0', started: '0.2.0', finished: '0.2.0' },
  ticket: { created: '0.1.0', updated: '0.1.0', closed: '0.1.0' },
};

/** How the specification writes the subjects that are two words. */
const spelling: Record<string, string> = {
  pipelinerun: 'pipelineRun',
  taskrun: 'taskRun',
  testcaserun: 'testCaseRun',
  testoutput: 'testOutput',
  testsuiterun: 'testSuiteRun',
};

export interface Happening {
  id: string;
  /** Such as `service.deployed`, or a type of the user's own. */
  type: string;
  subject: string;
  /** ISO 8601. */
  time: string;
  data: Record<string, unknown>;
  /** Where it happened, for receivers that want to know more than CDEvents has fields for. */
  origin: Record<string, unknown>;
}

/** CloudEvents `type` and `data`: a CDEvent for a type of that vocabulary, and otherwise the type and the data as they are. */
export function cloudEventOf(happening: Happening): { type: string; data: Record<string, unknown> } {
  const [subjectType = '', predicate = '', ...more] = happening.type.split('.');
  const version = more.length === 0 ? versionOf(subjectType, predicate) : undefined;
  if (version === undefined) return { type: happening.type, data: happening.data };
  const { id, time, subject, data, origin } = happening;
  const type = `dev.cdevents.${subjectType}.${predicate}.${version}`;
  return {
    type,
    data: {
      context: { version: specVersion, id, source: ownSource, type, timestamp: time },
      subject: { id: subject, type: spelling[subjectType] ?? subjectType, content: data },
      customData: origin,
      customDataContentType: 'application/json',
    },
  };
}

function versionOf(subject: string, predicate: string): string | undefined {
  const predicates = Object.hasOwn(vocabulary, subject) ? vocabulary[subject] : undefined;
  return predicates && Object.hasOwn(predicates, predicate) ? predicates[predicate] : undefined;
}
