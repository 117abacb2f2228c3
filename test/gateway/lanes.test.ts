import { laneId } from '../../src/domain/identity';
import { backend, earlierRelease } from '../workflows/world';
import { type Control, startControl, until } from './control';
import { expectProblem, json, type TestGateway } from './gateway';

let control: Control;
let gateway: TestGateway;
beforeAll(async () => {
  control = await startControl();
  gateway = control.gateway;
});
afterAll(() => control.stop());

describe('a lane', () => {
  it('is shown with its traffic, listed, and rolled back', async () => {
    const live = { ...earlierRelease, id: 'r-live' };
    const ref = { project: gateway.project, service: 'shop', environment: 'production' };
    const inspectLane = () => Promise.resolve({ generation: 5, live, earlier: [earlierRelease] });
    await control.harness.withWorker(
      {},
      async (_world, taskQueue) => {
        const handle = await gateway.client.workflow.start('lane', {
          workflowId: laneId(ref),
          taskQueue,
          args: [{ lane: ref }],
        });
        const traffic = {
          weight: 0,
          url: 'http://127.0.0.1:1',
          lapsed: false,
          stable: backend(live),
          candidate: null,
        };
        gateway.router.read.mockResolvedValueOnce({
          ...traffic,
          earlier: [],
          fence: { generation: 5, sequence: 0 },
        });
        const self = '/lanes/shop/production';
        await until(
          () => control.getJson(self),
          (lane) => lane.live !== null,
        );
        gateway.router.read.mockResolvedValueOnce({
          ...traffic,
          earlier: [],
          fence: { generation: 5, sequence: 0 },
        });
        expect(await control.getJson(self)).toMatchObject({
          service: 'shop',
          environment: 'production',
          live,
          traffic,
          links: { self },
        });
        gateway.router.read.mockRejectedValueOnce(new Error('gone'));
        expect(await control.getJson(self)).toMatchObject({ live: { id: 'r-live' }, traffic: null });

        const { lanes } = await until(
          () => control.getJson('/lanes'),
          (list) => list.lanes.length > 0,
        );
        expect(lanes).toMatchObject([{ service: 'shop', environment: 'production', links: { self } }]);

        const back = { release: earlierRelease.id, reason: 'slow' };
        await expectProblem(
          await control.post(`${self}/rollback`, { ...back, release: 'r-never' }),
          409,
          'WrongState',
        );
        await expectProblem(await control.post(`${self}/rollback`, { release: 'r-live' }), 400, 'Malformed');
        const rolled = await control.post(`${self}/rollback`, back);
        expect({ status: rolled.status, body: await json(rolled) }).toMatchObject({
          status: 200,
          body: { live: { id: earlierRelease.id }, links: { self } },
        });
        await handle.terminate();
      },
      { inspectLane },
    );
  });

  it('that never was is not found', async () => {
    await expectProblem(await control.get('/lanes/no/such'), 404, 'NotFound');
    const body = { release: 'r-1', reason: 'x' };
    await expectProblem(await control.post('/lanes/no/such/rollback', body), 404, 'NotFound');
  });
});
