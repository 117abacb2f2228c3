import { type GithubHook, startGithubHook } from '../support/github-hook';
import { sagaline } from './capture';
import { scriptedGateway } from './scripted-gateway';

const token = 'ghp-of-a-person-5f0c2a9d71';
const since = (time: string) => `GET /events?source=github&since=${encodeURIComponent(time)}&limit=100`;
const event = (deliveryId: string) => ({
  ...{ id: `evt_${deliveryId}`, deliveryId, source: 'github', subject: 'acme/shop', kind: 'custom' },
  ...{ time: '2026-01-05T00:00:00.000Z', receivedAt: '2026-01-05T00:00:01.000Z', data: {} },
  ...{ status: 'routed', decisions: [], links: { self: `/events/evt_${deliveryId}`, runs: [] } },
});

let hook: GithubHook;
beforeEach(async () => {
  hook = await startGithubHook({ token });
});
afterEach(() => hook.close());

/** The command before a ledger that knows the deliveries of these ids. */
async function missing(known: string[], words: string[], githubToken: string | undefined = token) {
  const gateway = await scriptedGateway({
    [since('2026-01-04T23:55:00.000Z')]: [{ json: { events: known.map(event), cursor: null } }],
  });
  const environment = {
    ...{ SAGALINE_URL: gateway.url, SAGALINE_TOKEN: 'a-token-of-the-tests' },
    ...(githubToken !== '' && { GITHUB_TOKEN: githubToken }),
  };
  try {
    return await sagaline(['events', 'missing', ...words], { environment });
  } finally {
    await gateway.stop();
  }
}

describe('sagaline events missing --hook', () => {
  const first = () => hook.add({ delivered_at: '2026-01-05T00:00:00Z', status_code: 502 });

  it('asks the hook itself, on every page, and changes nothing', async () => {
    const lost = first();
    for (let at = 0; at < 120; at += 1)
      hook.add({ guid: `g${String(at)}`, delivered_at: new Date(Date.UTC(2026, 0, 5, 1, at)).toISOString() });
    const known = Array.from({ length: 120 }, (_, at) => `g${String(at)}`);
    const { code, out, err } = await missing(known, ['--hook', hook.url]);
    expect([code, err]).toEqual([1, '1 of 121 deliveries are missing.\n']);
    expect(out).toContain(`2026-01-05T00:00:00.000Z  push   502     ${lost.id}  ${lost.guid}`);
    expect(hook.asked.map(({ method }) => method)).toEqual(['GET', 'GET']);
    const json = await missing(known, ['--hook', hook.url, '--json']);
    expect(JSON.parse(json.out)).toEqual([
      {
        ...{ id: lost.id, guid: lost.guid, event: 'push', status_code: 502 },
        first_delivered_at: '2026-01-05T00:00:00.000Z',
        delivered_at: '2026-01-05T00:00:00.000Z',
      },
    ]);
  });

  it('asks for what is missing again, and for nothing else', async () => {
    const lost = first();
    hook.add({ guid: 'known', delivered_at: '2026-01-05T00:00:01Z' });
    expect(await missing(['known'], ['--hook', hook.url, '--redeliver'])).toMatchObject({
      code: 0,
      err: '1 of 2 deliveries are missing.\nAsked for again: 1.\n',
    });
    expect(hook.asks()).toEqual([lost.id]);
  });

  it('says what GitHub refuses, without the token', async () => {
    const { code, err } = await missing([], ['--hook', hook.url], 'another');
    expect([code, err]).toEqual([1, 'github answered 401: {"message":"Bad credentials"}\n']);
    hook.behaviour.reply = () => ({ status: 429, headers: { 'retry-after': '30' } });
    const limited = await missing([], ['--hook', hook.url]);
    expect(limited).toMatchObject({ code: 1, err: 'GitHub has a limit of its own: ask again in 30 s.\n' });
    await hook.close();
    const gone = await missing([], ['--hook', hook.url]);
    expect([gone.code, gone.err]).toEqual([
      1,
      expect.stringMatching(/^127\.0\.0\.1:\d+ does not answer: .+\n$/),
    ]);
    expect(gone.err).not.toContain(token);
  });

  it.each([
    [[], 2, 'either --hook or --deliveries'],
    [
      ['--hook', 'https://api.github.com/app/hook', '--deliveries', 'a.json'],
      2,
      'either --hook or --deliveries',
    ],
    [['--deliveries', 'a.json', '--redeliver'], 2, '--redeliver needs --hook'],
    [['--hook', 'acme/shop'], 2, 'must be the URL of a hook in the API'],
    [['--hook', 'https://api.github.com/repos/acme/shop'], 2, 'must be the URL of a hook in the API'],
  ])('refuses %j', async (words, wanted, why) => {
    const { code, err } = await missing([], words);
    expect(code).toBe(wanted);
    expect(err).toContain(why);
  });

  it('says that a token is needed', async () => {
    const { code, err } = await missing([], ['--hook', hook.url], '');
    expect([code, err]).toEqual([1, expect.stringContaining('is needed: GITHUB_TOKEN')]);
    expect(hook.asked).toEqual([]);
  });
});
