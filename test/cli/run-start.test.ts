import { type Answer, problem, runAnswer, sagalineBefore } from './scripted-gateway';

const id = 'run:default:acme%2Fshop:deliver:4f2a';
const path = `/runs/${encodeURIComponent(id)}`;
const run = (script: Record<string, Answer[]>, ...words: string[]) => sagalineBefore(script, words);
const step = (status: string, detail: string | null = null) => ({
  id: 'build',
  uses: 'shell',
  status,
  detail,
});

describe('sagaline run start', () => {
  const start = ['run', 'start', 'deliver', '--repository', 'acme/shop'];
  const accepted = { status: 202, json: { id: 'evt_1', links: {} } };
  const decided = (runId: string | null, reason: string) => ({
    json: { status: 'routed', decisions: [{ pipeline: 'deliver', matched: runId !== null, reason, runId }] },
  });

  it('sends typed inputs and prints the run that came of them', async () => {
    const { code, out, asked } = await run(
      {
        'POST /runs': [accepted],
        'GET /events/evt_1': [
          { json: { status: 'received', decisions: [] } },
          decided(id, 'listens to manual'),
        ],
      },
      ...start,
      ...['--key', 'build-7'],
      ...['level=high', 'count=3', 'dry=true', 'version=1.10', 'tag="7"', 'text=a=b', 'empty='].flatMap(
        (input) => ['--input', input],
      ),
    );
    expect({ code, out }).toEqual({ code: 0, out: `${id}\n` });
    expect(asked[0]).toEqual({
      call: 'POST /runs',
      token: 'Bearer a-token-of-the-tests',
      key: 'build-7',
      body: {
        pipeline: 'deliver',
        repository: 'acme/shop',
        ref: 'refs/heads/main',
        inputs: { level: 'high', count: 3, dry: true, version: '1.10', tag: '7', text: 'a=b', empty: '' },
      },
    });
  });

  it('says why no run was started', async () => {
    const { code, out, err } = await run(
      { 'POST /runs': [accepted], 'GET /events/evt_1': [decided(null, 'input level is missing')] },
      ...start,
    );
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: 'No run of deliver was started: input level is missing\n',
    });
  });

  it('takes an answer that names the run itself, and passes it on as JSON', async () => {
    const answer = { id, links: { self: path } };
    const { code, out } = await run({ 'POST /runs': [{ status: 202, json: answer }] }, ...start, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(answer);
  });

  const states = [
    { json: runAnswer({ status: 'running', steps: [step('running')] }) },
    { json: runAnswer({ status: 'running', steps: [step('running')] }) },
    { status: 503, json: problem('Unavailable', 'Not confirmed by Temporal', 'no worker answers') },
    (response: Parameters<Extract<Answer, (...args: never) => void>>[0]) => void response.destroy(),
    {
      json: runAnswer({
        status: 'rolled-back',
        reason: 'exit code 1',
        steps: [step('failed', 'exit code 1')],
        compensations: [{ step: 'build', status: 'succeeded', detail: null }],
      }),
    },
  ];

  it('follows a run to its end through outages, tells each change once, and exits with 3 when it did not succeed', async () => {
    const script = { 'POST /runs': [{ status: 202, json: { id } }], [`GET ${path}`]: states };
    const { code, out, err } = await run(script, ...start, '--follow');
    expect({ code, err }).toEqual({ code: 3, err: '' });
    expect(out.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      id,
      'build running',
      'run running',
      'build failed exit code 1',
      'undo of build succeeded',
      'run rolled-back exit code 1',
      '',
    ]);
  });

  it('stops following where the gateway refuses', async () => {
    const refusal = { status: 404, json: problem('NotFound', 'Nothing of that name', 'no such run') };
    const script = { 'POST /runs': [{ status: 202, json: { id } }], [`GET ${path}`]: [refusal] };
    expect(await run(script, ...start, '--follow')).toMatchObject({
      code: 1,
      err: 'Nothing of that name: no such run\nDo something else.\n',
    });
  });

  it('prints the closed run as JSON, and the progress beside it', async () => {
    const script = {
      'POST /runs': [{ status: 202, json: { id } }],
      [`GET ${path}`]: [{ json: runAnswer() }],
    };
    const { code, out, err } = await run(script, ...start, '--follow', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(runAnswer());
    expect(err).toMatch(/^build +succeeded +took 1\.0 s\nrun +succeeded\n$/);
  });

  it.each([
    [['run', 'start', 'deliver'], "required option '--repository <owner/name>' not specified"],
    [['run', 'start', '--repository', 'a/b'], "missing required argument 'pipeline'"],
    [[...start, '--input', 'level'], 'Write it as name=value.'],
    [['run'], 'Usage: sagaline run'],
    [['run', 'jump'], "unknown command 'jump'"],
  ])('refuses %j', async (words, message) => {
    const { code, out, err, asked } = await run({}, ...words);
    expect({ code, out, asked }).toEqual({ code: 2, out: '', asked: [] });
    expect(err).toContain(message);
  });
});
