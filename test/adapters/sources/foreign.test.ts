import { readCloudEvents } from '../../../src/adapters/sources/cloudevents';
import cdevents from './examples/cdevents.json';

const receivedAt = '2026-01-02T03:04:05.000Z';

function read(type: string, data: unknown, change: object = {}) {
  const event = { specversion: '1.0', id: '1', source: '/event/source/123', type, data, ...change };
  const body = Buffer.from(JSON.stringify(event));
  const [reading] = readCloudEvents('structured', { headers: {}, body, receivedAt });
  return reading!;
}

const image = 'sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427';

describe('CDEvents', () => {
  /** The conformance example of a name, as the specification publishes it. */
  const example = (name: string) => cdevents.find(({ context }) => context.type.includes(`.${name}.`))!;
  const readExample = (name: string, change: object = {}) => {
    const { context, subject, ...more } = example(name);
    return read(context.type, { context, subject: { ...subject, ...change }, ...more });
  };

  it.each(cdevents.map((event) => [event.context.type, event] as const))(
    'accepts the example of %s',
    (type, event) => {
      expect(read(type, event)).toMatchObject({ problem: null, event: { deliveryId: '1' } });
    },
  );

  it.each([
    ['service.deployed', { kind: 'deployment', subject: 'mySubject123:test123' }],
    [
      'service.upgraded',
      { data: { service: 'mySubject123', environment: 'test123', event: 'service.upgraded' } },
    ],
    [
      'service.rolledback',
      { data: expect.objectContaining({ artifact: expect.stringContaining('pkg:oci/myapp') }) },
    ],
    ['pipelinerun.finished', { kind: 'ci_run', subject: '/event/source/123', data: { name: 'myPipeline' } }],
    [
      'taskrun.finished',
      {
        kind: 'ci_run',
        data: {
          system: '/event/source/123',
          runId: 'mySubject123',
          status: 'failure',
          url: 'https://www.example.com/mySubject123',
          name: 'myTask',
        },
      },
    ],
    ['testcaserun.finished', { kind: 'ci_run', data: { status: 'success', name: 'Login Test' } }],
    ['testsuiterun.finished', { kind: 'ci_run', data: { status: 'failure', name: 'Auth TestSuite' } }],
    ['build.finished', { kind: 'ci_run', data: { status: 'finished' } }],
    [
      'incident.detected',
      {
        kind: 'alert',
        subject: 'myApp:prod1',
        data: {
          status: 'firing',
          name: 'incident-123',
          service: 'myApp',
          environment: 'prod1',
          startsAt: '2022-11-11T13:52:20.079Z',
        },
      },
    ],
    ['incident.reported', { data: { status: 'firing', severity: 'medium' } }],
    ['incident.resolved', { kind: 'alert', subject: 'myApp:prod1', data: { status: 'resolved' } }],
    [
      'change.merged',
      { kind: 'custom', subject: 'TestRepo/TestOrg', data: { repository: 'TestRepo/TestOrg' } },
    ],
    ['change.created', { kind: 'custom', subject: 'TestRepo/TestOrg' }],
    ['branch.created', { kind: 'custom', subject: 'TestRepo/TestOrg' }],
    ['artifact.published', { kind: 'custom', data: { event: 'dev.cdevents.artifact.published.0.3.0' } }],
    ['service.removed', { kind: 'custom' }],
    ['pipelinerun.started', { kind: 'custom' }],
  ])('reads what %s says', (name, event) => {
    expect(readExample(name)).toMatchObject({ problem: null, event });
  });

  it.each([
    [`pkg:oci/myapp@${encodeURIComponent(image)}`, { repository: 'myapp', tag: null }],
    [
      `pkg:oci/debian@${image}?arch=amd64&repository_url=ghcr.io/acme/debian&tag=v1`,
      { repository: 'ghcr.io/acme/debian', tag: 'v1' },
    ],
    [
      `pkg:oci/busybox@${image}?repository_url=harbor.dev%2Flibrary%2Fbusybox:v1.0@${image}&tag=v1.0`,
      { repository: 'harbor.dev/library/busybox', tag: 'v1.0' },
    ],
    [`pkg:oci/shop@${image}?repository_url=localhost:5000/shop`, { repository: 'localhost:5000/shop' }],
    [`pkg:docker/acme/shop@${image}`, { repository: 'acme/shop' }],
  ])('takes %s for an image when it is packaged or published', (id, data) => {
    for (const name of ['artifact.packaged', 'artifact.published'])
      expect(readExample(name, { id })).toMatchObject({
        problem: null,
        event: { kind: 'image', data: { ...data, digest: image } },
      });
  });

  it.each(['pkg:oci/myapp', 'pkg:docker/acme/shop@latest', 'pkg:npm/left-pad@1.3.0', 'myapp'])(
    'takes %s for no image',
    (id) => {
      expect(readExample('artifact.published', { id }).event.kind).toBe('custom');
    },
  );

  it('reads earlier versions of the specification', () => {
    const content = { taskName: 'myTask', url: 'https://www.example.com/mySubject123', outcome: 'failure' };
    const run = read('dev.cdevents.taskrun.finished.0.2.0', {
      context: { version: '0.4.1', source: '/event/source/123' },
      subject: { id: 'mySubject123', source: '/event/source/123', type: 'taskRun', content },
    });
    expect(run.event.data).toMatchObject({ status: 'failure', url: content.url });
    const test = read('dev.cdevents.testsuiterun.finished.0.2.0', {
      context: { version: '0.4.1', source: '/event/source/123' },
      subject: { id: 'myTestSuiteRun123', content: { outcome: 'fail' } },
    });
    expect(test.event.data).toMatchObject({ status: 'failure', system: '/event/source/123' });
  });

  it('records what says too little as it is', () => {
    for (const data of [undefined, null, 5, [], {}, { subject: {} }, { subject: { id: 'x' } }])
      expect(read('dev.cdevents.service.deployed.0.3.0', data)).toMatchObject({
        problem: null,
        event: { kind: 'custom', data: { data: data ?? null } },
      });
  });
});

describe('registries and scanners', () => {
  it("takes a push of Azure's registry for an image", () => {
    const reading = read('Microsoft.ContainerRegistry.ImagePushed', {
      id: '31c51664-e5bd-416a-a5df-e5206bc47ed0',
      timestamp: '2018-04-25T21:39:47.276585742Z',
      action: 'push',
      target: {
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        size: 3023,
        digest: 'sha256:213bbc182920ab41e18edc2001e06abcca6735d87782d9cef68abd83941cf0e5',
        length: 3023,
        repository: 'aci-helloworld',
        tag: 'v1',
      },
      request: { id: '7c66f28b-de19-40a4-821c-6f5f6c0003a4', host: 'demo.azurecr.io', method: 'PUT' },
    });
    expect(reading.event).toMatchObject({ kind: 'image', subject: 'aci-helloworld', data: { tag: 'v1' } });
  });

  it.each([
    [1, 'image'],
    [2, 'custom'],
  ])("takes a push of Harbor's with %i artifacts for %s", (count, kind) => {
    const resources = Array.from({ length: count }, () => ({ digest: image, tag: 'v1' }));
    const data = { resources, repository: { repo_full_name: 'library/busybox' } };
    expect(read('harbor.artifact.pushed', data)).toMatchObject({ problem: null, event: { kind } });
  });

  it("takes the output of Falco's rules for a finding", () => {
    const reading = read('falco.rule.output.v1', {
      output: '16:31:56.746609046: Error File below a known binary directory opened for writing',
      priority: 'Error',
      rule: 'Write below binary dir',
      time: '2019-05-17T15:31:56.746609046Z',
      output_fields: {
        'container.image.repository': 'acme/shop',
        'container.image.tag': 'v1',
        'evt.time': 1,
      },
    });
    expect(reading.event).toMatchObject({
      kind: 'finding',
      subject: 'acme/shop:v1',
      data: { tool: 'falco', severity: 'error', rule: 'Write below binary dir' },
    });
  });

  it.each(['Microsoft.ContainerRegistry.ImagePushed', 'harbor.artifact.pushed', 'falco.rule.output.v1'])(
    'records a %s that says too little as it is',
    (type) => {
      expect(read(type, { target: {} })).toMatchObject({
        problem: null,
        event: { kind: 'custom', data: { event: type } },
      });
    },
  );
});

describe('any other type', () => {
  it.each([[{ a: 1 }], ['text'], [[1, 2]], [null], [false], [0], ['']])(
    'is recorded with its data %j',
    (data) => {
      expect(read('com.example.thing', data, { subject: 'a thing' })).toMatchObject({
        problem: null,
        event: {
          kind: 'custom',
          subject: 'custom',
          data: { event: 'com.example.thing', subject: 'a thing', data },
        },
      });
    },
  );

  it('is a dead letter when it is too large', () => {
    expect(read('com.example.thing', 'x'.repeat(40_000)).problem).toMatch(/at most 32768 are kept/);
  });

  it.each(['dev.sagaline.unheard', 'dev.sagaline.', 'dev.sagaline.manual', 'dev.sagaline.__proto__'])(
    'is a dead letter when it is %s, which only looks known',
    (type) => {
      expect(read(type, {}).problem).toMatch(/^type: /);
    },
  );

  it('is a dead letter in the name of the platform, which would hear what it says itself', () => {
    for (const type of ['dev.cdevents.pipelinerun.finished.0.2.0', 'com.example.thing'])
      expect(read(type, {}, { source: 'sagaline' }).problem).toMatch(
        /^source: sagaline is the platform's own/,
      );
  });
});
