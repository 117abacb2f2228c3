import { sagalineBefore } from './scripted-gateway';

const release = {
  ...{ service: 'shop', environment: 'production', status: 'superseded', release: 'r-0123456789ab' },
  ...{ commit: 'c'.repeat(40), actor: 'ada', runId: 'run:1', beganAt: '2026-01-01T00:00:00.000Z' },
  ...{ liveAt: '2026-01-01T00:04:00.000Z', endedAt: '2026-01-02T00:00:00.000Z' },
};

it('sagaline releases list shows what ran where, from when to when', async () => {
  const rolling = { ...release, status: 'rolling', liveAt: null, endedAt: null, actor: null };
  const path = 'GET /releases?environment=production&at=2026-01-01T14%3A00%3A00%2B01%3A00';
  const script = { [path]: [{ json: { releases: [rolling, release], cursor: 'abc' } }] };
  const words = ['--environment', 'production', '--at', '2026-01-01T14:00:00+01:00'];
  const { code, out, err } = await sagalineBefore(script, ['releases', 'list', ...words]);
  expect(code).toBe(0);
  expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'SINCE | UNTIL | SERVICE | ENVIRONMENT | RELEASE | COMMIT | STATUS | ACTOR | RUN',
    '2026-01-01T00:00:00.000Z | shop | production | r-0123456789ab | cccccccccccc | rolling | run:1',
    '2026-01-01T00:04:00.000Z | 2026-01-02T00:00:00.000Z | shop | production | r-0123456789ab | cccccccccccc | superseded | ada | run:1',
    '',
  ]);
  expect(err).toBe('More: add --cursor abc\n');
});
