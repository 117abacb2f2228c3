import { createCheckFreeze } from '../../activities/freeze';
import { parseConfiguration } from '../../src/domain/configuration-file';
import { freezeSchema } from '../../src/domain/freeze-schema';

const yaml = `
apiVersion: sagaline/v1
repositories: [{ name: acme/shop, url: /unused }]
environments:
  - name: production
    target: { kind: embedded }
    metrics: { kind: router }
    allow: { repositories: [acme/shop], refs: [refs/heads/main], pipelines: [deliver] }
    freeze:
      - { from: 2026-12-24, to: 2026-12-27, zone: Europe/Berlin, reason: Christmas, override: [team-a] }
  - name: staging
    target: { kind: embedded }
    metrics: { kind: router }
    allow: { repositories: [acme/shop], refs: [refs/heads/main], pipelines: [deliver] }
`;
const checkFreeze = createCheckFreeze({
  configuration: { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)) },
});
const now = '2026-12-25T12:00:00.000Z';

test('an environment freezes every pipeline that changes it, and no other', async () => {
  await expect(checkFreeze({ now, freeze: [], environments: ['staging', 'production'] })).resolves.toEqual({
    until: '2026-12-26T23:00:00.000Z',
    reason: 'Christmas',
    override: ['team-a'],
  });
  await expect(checkFreeze({ now, freeze: [], environments: ['staging', 'unknown'] })).resolves.toBeNull();
  const before = { now: '2026-12-23T12:00:00.000Z', freeze: [], environments: ['production'] };
  await expect(checkFreeze(before)).resolves.toBeNull();
});

test("the pipeline's own windows count as well, and may not be broken by whom only one of both lets through", async () => {
  const own = freezeSchema.parse({
    cron: '0 0 25 12 *',
    for: '3d',
    reason: 'stocktaking',
    override: ['team-b'],
  });
  await expect(checkFreeze({ now, freeze: [own], environments: ['production'] })).resolves.toEqual({
    until: '2026-12-28T00:00:00.000Z',
    reason: 'stocktaking; Christmas',
    override: [],
  });
});
