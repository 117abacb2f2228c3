import { metricSources } from '../../../src/adapters/metrics';
import { environmentSchema } from '../../../src/domain/configuration';
import type { Backend } from '../../../src/domain/release';
import { fence, ask, attention, lane, onlyStable, openTarget, type OpenTarget } from '../../target/harness';

describe('metrics of the router', () => {
  let open: OpenTarget;
  let stable: Backend;
  let candidate: Backend;

  beforeAll(async () => {
    open = await openTarget();
    stable = await open.target.deploy(lane, fence(1), open.release('old'), {}, attention());
    candidate = await open.target.deploy(lane, fence(2), open.release('new'), {}, attention());
  });

  afterAll(async () => {
    await open.close();
  });

  it('measures both roles over the same window, which begins anew with each change of traffic', async () => {
    const traffic = { stable, candidate, weight: 50, leaseMs: 60_000, earlier: [] };
    const { url } = await open.router.write(lane, fence(2), traffic);
    for (const path of ['/', '/', '/', '/fail']) await ask(url, path);
    const expected = [
      { query: 'error-rate', candidate: { samples: 2, value: 0.5 }, stable: { samples: 2, value: 0 } },
    ];
    expect(await open.metrics.query(lane, ['error-rate'])).toEqual(expected);
    await open.router.write(lane, fence(2), traffic);
    expect(await open.metrics.query(lane, ['error-rate'])).toEqual(expected);
    await open.router.write(lane, fence(2, 1), traffic);
    expect(await open.metrics.query(lane, ['error-rate', 'p95-latency'])).toEqual([
      { query: 'error-rate', candidate: { samples: 0, value: null }, stable: { samples: 0, value: null } },
      { query: 'p95-latency', candidate: { samples: 0, value: null }, stable: { samples: 0, value: null } },
    ]);
  });

  it('answers every query it names, latencies in milliseconds', async () => {
    const { url } = await open.router.write(lane, fence(3), onlyStable(stable));
    await ask(url, '/slow');
    const measured = await open.metrics.query(lane, open.metrics.queries());
    const value = (query: string) => measured.find((one) => one.query === query)?.stable?.value ?? NaN;
    expect(value('error-rate')).toBe(0);
    expect(value('request-rate')).toBeGreaterThan(0);
    for (const query of ['p50-latency', 'p95-latency', 'p99-latency']) {
      // The release takes its time with a timer of 700 ms, which may round down by one.
      expect(value(query)).toBeGreaterThan(690);
      expect(value(query)).toBeLessThan(700_000);
    }
  });

  it('has no stable sample where nothing is stable', async () => {
    await open.router.write(lane, fence(4), {
      stable: null,
      candidate,
      weight: 100,
      leaseMs: 60_000,
      earlier: [],
    });
    expect(await open.metrics.query(lane, ['error-rate'])).toMatchObject([{ stable: null }]);
  });

  it('throws instead of answering when it has no answer', async () => {
    await expect(open.metrics.query({ ...lane, service: 'other' }, ['error-rate'])).rejects.toMatchObject({
      code: 'TargetUnavailable',
    });
    await expect(open.metrics.query(lane, ['eror-rate'])).rejects.toMatchObject({
      code: 'InvalidConfiguration',
      detail:
        'no query eror-rate of the router; there are: error-rate, request-rate, p50-latency, p95-latency, p99-latency',
    });
  });

  it('lists the kinds there are when an environment names another', () => {
    const environment = environmentSchema.parse({
      name: 'production',
      target: { kind: 'embedded' },
      metrics: { kind: 'promethus' },
      allow: { repositories: ['acme/shop'], refs: ['refs/heads/main'], pipelines: ['deliver'] },
    });
    expect(() => metricSources({ state: open.state })(environment)).toThrow(
      'environment production: no metrics kind promethus; there are: router',
    );
  });
});
