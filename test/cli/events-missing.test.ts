import { folderWith, sagaline } from './capture';
import { scriptedGateway } from './scripted-gateway';

/** A delivery as GitHub's documentation lists it. */
const delivery = (guid: string, change: object = {}) => ({
  id: 12_345_678,
  guid,
  delivered_at: '2026-01-05T00:00:00Z',
  redelivery: false,
  duration: 0.27,
  status: 'OK',
  status_code: 200,
  event: 'issues',
  action: 'opened',
  installation_id: null,
  repository_id: 17,
  throttled_at: null,
  ...change,
});
const event = (deliveryId: string) => ({
  ...{ id: `evt_${deliveryId}`, deliveryId, source: 'github', subject: 'acme/shop', kind: 'custom' },
  ...{ time: '2026-01-05T00:00:00.000Z', receivedAt: '2026-01-05T00:00:01.000Z', data: {} },
  ...{ status: 'routed', decisions: [], links: { self: `/events/evt_${deliveryId}`, runs: [] } },
});
const since = (time: string) => `GET /events?source=github&since=${encodeURIComponent(time)}&limit=100`;

/** The command before a ledger that knows deliveries `a` and `b`, on two pages. */
async function missing(text: string, first: string, ...words: string[]) {
  const { folder, remove } = folderWith({ 'deliveries.json': text });
  const gateway = await scriptedGateway({
    [first]: [{ json: { events: [event('b')], cursor: 'more' } }],
    [`${first}&cursor=more`]: [{ json: { events: [event('a')], cursor: null } }],
  });
  const environment = { SAGALINE_URL: gateway.url, SAGALINE_TOKEN: 'a-token-of-the-tests' };
  try {
    const line = ['events', 'missing', '--deliveries', 'deliveries.json', ...words];
    return await sagaline(line, { environment, folder });
  } finally {
    await gateway.stop();
    remove();
  }
}

describe('sagaline events missing', () => {
  const before = since('2026-01-04T23:55:00.000Z');

  it('finds nothing where the ledger has every delivery', async () => {
    const listed = [delivery('b', { delivered_at: '2026-01-06T00:00:00Z', status_code: 502 }), delivery('a')];
    expect(await missing(JSON.stringify(listed), before)).toEqual({
      code: 0,
      out: '',
      err: '0 of 2 deliveries are missing.\n',
    });
  });

  it('prints each missing one once, whatever was answered to it, and says so by its exit code', async () => {
    const listed = [
      delivery('d', { id: 4, event: 'push', action: null, delivered_at: '2026-01-05T00:00:02Z' }),
      delivery('c', { id: 3, status_code: 503 }),
      delivery('a'),
    ];
    const { code, out, err } = await missing(JSON.stringify(listed), before);
    expect(code).toBe(1);
    expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'DELIVERED | EVENT | STATUS | ID | GUID',
      '2026-01-05T00:00:00.000Z | issues.opened | 503 | 3 | c',
      '2026-01-05T00:00:02.000Z | push | 200 | 4 | d',
      '',
    ]);
    expect(err).toBe('2 of 3 deliveries are missing.\n');
    const asJson = await missing(JSON.stringify(listed), before, '--json');
    expect(JSON.parse(asJson.out)).toMatchObject([{ guid: 'c' }, { guid: 'd' }]);
    expect(asJson.code).toBe(1);
  });

  it('looks as far back as what was delivered again can have come first', async () => {
    const listed = [delivery('a', { redelivery: true }), delivery('c', { redelivery: true }), delivery('c')];
    const { code, err } = await missing(JSON.stringify(listed), since('2026-01-02T00:00:00.000Z'));
    expect([code, err]).toEqual([1, '1 of 2 deliveries are missing.\n']);
  });

  it.each([
    ['{', 'it is no JSON'],
    ['[]', 'holds no delivery'],
    ['{"message":"Not Found"}', 'expected array'],
    ['[{"id":1}]', '0.guid'],
  ])('says what is wrong with a file that holds %s', async (text, why) => {
    const { code, err } = await missing(text, before);
    expect(code).toBe(2);
    expect(err).toContain('deliveries.json is no list of deliveries: ');
    expect(err).toContain(why);
  });
});
