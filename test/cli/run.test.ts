import { type Answer, runAnswer, sagalineBefore } from './scripted-gateway';

const id = 'run:default:acme%2Fshop:deliver:4f2a';
const path = `/runs/${encodeURIComponent(id)}`;
const run = (script: Record<string, Answer[]>, ...words: string[]) => sagalineBefore(script, words);
const step = (status: string, detail: string | null = null) => ({
  id: 'build',
  uses: 'shell',
  status,
  detail,
});

describe('sagaline run list and show', () => {
  it('lists runs as a table, and says how to go on', async () => {
    const query = '?status=failed&repository=acme%2Fshop&limit=1';
    const { out, err } = await run(
      { [`GET /runs${query}`]: [{ json: { runs: [runAnswer({ status: 'failed' })], cursor: 'abc' } }] },
      ...['run', 'list', '--status', 'failed', '--repository', 'acme/shop', '--limit', '1'],
    );
    expect(out).toBe(
      [
        'STATUS  PIPELINE  REPOSITORY  COMMIT        RUN',
        `failed  deliver   acme/shop   0123456789ab  ${id}`,
        '',
      ].join('\n'),
    );
    expect(err).toBe('More: add --cursor abc\n');
  });

  it('shows a run that waits for a person, with the command that helps', async () => {
    const waiting = runAnswer({
      status: 'needs-human',
      reason: 'the undo of migrate keeps failing',
      compensations: [{ step: 'migrate', status: 'failed', detail: 'exit code 7' }],
    });
    const { out } = await run({ [`GET ${path}`]: [{ json: waiting }] }, 'run', 'show', id);
    expect(out).toBe(
      [
        id,
        '  pipeline    deliver',
        '  repository  acme/shop',
        '  commit      0123456789abcdef0123456789abcdef01234567',
        '  deploys     shop to production',
        '  status      needs-human: the undo of migrate keeps failing',
        '',
        '  STEP   USES   STATUS     DETAIL',
        '  build  shell  succeeded  took 1.0 s',
        '',
        '  UNDO OF  STATUS  DETAIL',
        '  migrate  failed  exit code 7',
        '',
        `Decide: sagaline run resolve ${id} --step migrate --action retry|skip|done --reason <why>`,
        '',
      ].join('\n'),
    );
  });

  it('shows which approval waits', async () => {
    const agree = { id: 'agree', uses: 'approval', status: 'waiting', detail: 'waits for 1 of team-a' };
    const waiting = runAnswer({ status: 'waiting', steps: [agree] });
    const { out } = await run({ [`GET ${path}`]: [{ json: waiting }] }, 'run', 'show', id);
    expect(out).toContain(`Decide: sagaline run approve|reject ${id} --step agree --reason <why>`);
  });

  it('lets no text of a pipeline steer the terminal', async () => {
    const nasty = runAnswer({ steps: [step('failed', 'red \u001b[31m and\nnew line')] });
    const { out } = await run({ [`GET ${path}`]: [{ json: nasty }] }, 'run', 'show', id);
    expect(out).toContain('failed  red  [31m and new line\n');
  });
});

describe('sagaline run logs', () => {
  it('prints a log', async () => {
    const log: Answer = (response) => void response.end('one\ntwo\n');
    const { code, out } = await run({ [`GET ${path}/steps/build/logs`]: [log] }, 'run', 'logs', id, 'build');
    expect({ code, out }).toEqual({ code: 0, out: 'one\ntwo\n' });
  });

  it('goes on where a followed log broke off, also inside a character', async () => {
    const whole = Buffer.from('one\nzwölf\n');
    const broken: Answer = (response) => {
      response.write(whole.subarray(0, 7), () => response.destroy());
    };
    const rest: Answer = (response) => {
      response.write(whole.subarray(0, 3));
      response.end(whole.subarray(3));
    };
    const { code, out } = await run(
      { [`GET ${path}`]: [{ json: runAnswer() }], [`GET ${path}/steps/build/logs?follow=1`]: [broken, rest] },
      ...['run', 'logs', id, 'build', '--follow'],
    );
    expect({ code, out }).toEqual({ code: 0, out: 'one\nzwölf\n' });
  });
});

describe('operator actions', () => {
  it.each([
    ['cancel', ['--reason', 'no'], { reason: 'no' }],
    ['approve', ['--step', 'agree'], { step: 'agree' }],
    ['reject', ['--step', 'agree', '--reason', 'no'], { step: 'agree', reason: 'no' }],
    ['promote', ['--reason', 'yes'], { reason: 'yes' }],
    ['abort', ['--step', 'release', '--reason', 'no'], { step: 'release', reason: 'no' }],
    ['retry', [], {}],
    [
      'resolve',
      ['--step', 'm', '--action', 'done', '--reason', 'x'],
      { step: 'm', action: 'done', reason: 'x' },
    ],
  ])('%s', async (action, options, body) => {
    const answer = { [`POST ${path}/${action}`]: [{ json: runAnswer() }] };
    const { code, out, asked } = await run(answer, 'run', action, id, ...options);
    expect(code).toBe(0);
    expect(out).toContain('  status      succeeded\n');
    expect(asked).toMatchObject([{ body }]);
  });

  it('that are only accepted name the run to follow', async () => {
    const retried = `${id}:2`;
    const answer = { [`POST ${path}/retry`]: [{ status: 202, json: { id: retried } }] };
    expect(await run(answer, 'run', 'retry', id)).toMatchObject({
      code: 0,
      out: `${retried}\n`,
      err: `Accepted. Follow it: sagaline run show ${retried} --follow\n`,
    });
  });

  it.each([
    ['promote', []],
    ['abort', []],
    ['resolve', ['--step', 'm', '--reason', 'x']],
    ['resolve', ['--step', 'm', '--action', 'ignore', '--reason', 'x']],
    ['resolve', ['--action', 'done', '--reason', 'x']],
  ])('%s %j is refused before anything is asked', async (action, options) => {
    const { code, asked } = await run({}, 'run', action, id, ...options);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
  });
});
