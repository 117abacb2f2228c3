import { inboxId } from '../../src/domain/identity';
import { type Control, startControl, until } from './control';
import { expectProblem, json, sendHook, type TestGateway } from './gateway';
import { pushPayload } from './payloads';

let control: Control;
let gateway: TestGateway;
beforeAll(async () => {
  control = await startControl();
  gateway = control.gateway;
});
afterAll(() => control.stop());

describe('an event', () => {
  it('is shown with what was decided about it', async () => {
    const decisions = [
      { pipeline: 'deliver', matched: true, reason: 'listens to push', runId: 'run:a:b%2Fc' },
    ];
    const route = ({ items }: { items: { event: { key: string } }[] }) =>
      Promise.resolve(items.map(({ event }) => ({ key: event.key, decisions })));
    await control.harness.withWorker(
      {},
      async (_world, taskQueue) => {
        const inbox = { project: gateway.project, source: 'github', subject: 'acme/shop:refs/heads/main' };
        const workflowId = inboxId(inbox.project, inbox.source, inbox.subject);
        const handle = await gateway.client.workflow.start('inbox', { workflowId, taskQueue, args: [inbox] });
        const { id, deliveryId, links } = await json(await sendHook(gateway.url, pushPayload()));
        const event = await until(
          () => control.getJson(links.self),
          ({ status }) => status === 'routed',
        );
        expect(event).toMatchObject({
          id,
          deliveryId,
          source: 'github',
          subject: inbox.subject,
          kind: 'push',
          time: expect.any(String),
          receivedAt: expect.any(String),
          data: { repository: 'acme/shop' },
          decisions,
          links: { self: links.self, runs: ['/runs/run%3Aa%3Ab%252Fc'] },
        });
        await expectProblem(await control.get(`${links.self}x`), 404, 'NotFound');
        await handle.terminate();
      },
      { route },
    );
  });

  it.each(['evt_nonsense', 'nonsense', 'evt_', '..%2f..'])('of the id %s is not found', async (id) => {
    await expectProblem(await control.get(`/events/${id}`), 404, 'NotFound');
  });
});
