import { type Answer, sagalineBefore } from './scripted-gateway';

const release = (id: string, commit: string) => ({ id, commit, start: 'node server.js' });
const lane = {
  service: 'shop',
  environment: 'production',
  generation: 7,
  live: release('r-2', 'b'.repeat(40)),
  earlier: [release('r-1', 'a'.repeat(40))],
  holder: { workflowId: 'run:x', runId: 'y' },
  waiting: [{ workflowId: 'run:z' }],
  problem: null,
  traffic: { weight: 25 },
  links: {},
};

const run = (script: Record<string, Answer[]>, ...words: string[]) => sagalineBefore(script, words);
const lines = (text: string) => text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));

it('sagaline lanes shows what is live everywhere', async () => {
  const empty = { ...lane, environment: 'staging', live: null, waiting: [], traffic: null };
  const script = { 'GET /lanes': [{ json: { lanes: [lane, empty] } }] };
  const { code, out } = await run(script, 'lanes');
  expect(code).toBe(0);
  expect(lines(out)).toEqual([
    'SERVICE | ENVIRONMENT | LIVE | COMMIT | CANARY | WAITING',
    'shop | production | r-2 | bbbbbbbbbbbb | 25 % | 1',
    'shop | staging | nothing | 0',
    '',
  ]);
  expect(JSON.parse((await run(script, 'lanes', '--json')).out)).toEqual({ lanes: [lane, empty] });
});

it('sagaline lane show shows one lane', async () => {
  const script = { 'GET /lanes/shop/production': [{ json: { ...lane, problem: 'no target' } }] };
  const { code, out } = await run(script, 'lane', 'show', 'shop', 'production');
  expect(code).toBe(0);
  expect(lines(out)).toEqual([
    'shop in production',
    ' | live | r-2 of commit bbbbbbbbbbbb',
    ' | generation | 7',
    ' | canary | 25 %',
    ' | deploying | run:x',
    ' | waiting | run:z',
    ' | earlier | r-1 of commit aaaaaaaaaaaa',
    ' | problem | no target',
    '',
  ]);
});

describe('sagaline lane rollback', () => {
  const words = ['lane', 'rollback', 'shop', 'production', 'r-1'];
  const call = 'POST /lanes/shop/production/rollback';

  it('sends release and reason, and shows the lane', async () => {
    const { code, out, asked } = await run(
      { [call]: [{ json: lane }] },
      ...words,
      '--reason',
      'wrong prices',
    );
    expect({ code, bodies: asked.map(({ body }) => body) }).toEqual({
      code: 0,
      bodies: [{ release: 'r-1', reason: 'wrong prices' }],
    });
    expect(out).toMatch(/^shop in production\n/);
  });

  it('says how to go on where the answer comes before the end', async () => {
    const answer = { status: 202, json: { service: 'shop', environment: 'production', links: {} } };
    const { out } = await run({ [call]: [answer] }, ...words, '--reason', 'x');
    expect(out).toBe('Accepted. See how it goes: sagaline lane show shop production\n');
  });

  it('needs a reason', async () => {
    expect(await run({}, ...words)).toMatchObject({ code: 2, asked: [] });
  });
});
