import { expand } from '../../src/domain/expand';
import { pipelineSchema } from '../../src/domain/pipeline';
import { type StandIn, startStandIn } from './control-stand-in';
import { expectProblem, json, token as first } from './gateway';
import { cloudEvent, startTokenGateway } from './token-gateway';

let world: Awaited<ReturnType<typeof startTokenGateway>>;
let standIn: StandIn;
/** Of an operator who may change staging only. */
let limited: string;
beforeAll(async () => {
  world = await startTokenGateway();
  standIn = await startStandIn({ client: world.gateway.client, project: world.project });
  limited = (await world.made({ environments: ['staging'] })).token;
});
afterAll(async () => {
  await standIn.stop();
  await world.stop();
});
const ask = (...given: Parameters<typeof world.ask>) => world.ask(...given);

const canaryTo = (...environments: string[]) =>
  expand(
    pipelineSchema.parse({
      ...{ apiVersion: 'sagaline/v1', name: 'deliver', on: [{ event: 'push' }] },
      steps: [
        { id: 'build', uses: 'shell', with: { run: 'make' } },
        ...environments.map((environment) => ({
          ...{ id: environment, needs: ['build'], uses: 'canary' },
          with: {
            ...{ service: 'shop', environment, artifact: 'build', start: './serve', ready: '/' },
            ...{ weights: [50], interval: '1s', checks: [{ name: 'errors', query: 'error-rate', max: 1 }] },
          },
        })),
      ],
    }),
  );

it.each([
  ['production', 403],
  // Allowed, but there is no such lane.
  ['staging', 404],
])('rolls back in %s: %i', async (environment, status) => {
  const answer = await ask(`/lanes/shop/${environment}/rollback`, limited, {
    release: 'r-1',
    reason: 'no',
  });
  expect(answer.status).toBe(status);
});

it.each([
  [['production'], 403],
  [['staging', 'production'], 403],
  [['staging'], 202],
  [[], 202],
])('cancels a run that releases to %j: %i', async (environments, status) => {
  const { path } = await standIn.start({ pipeline: canaryTo(...environments) });
  const answer = await ask(`${path}/cancel`, limited, {});
  expect(answer.status).toBe(status);
  if (status === 403) expect((await json(answer)).detail).toContain('staging only, not production');
});

it.each(['/events/evt_1/replay', '/dead-letters/evt_1/replay', '/events', '/ledger/rebuild', '/tokens'])(
  'is refused at POST %s, which could change any',
  async (path) => {
    await expectProblem(await ask(path, limited, {}, cloudEvent), 403, 'NotAllowed');
  },
);

it('starts runs by an event that carries the limit', async () => {
  const body = { pipeline: 'deliver', repository: 'acme/shop', ref: 'refs/heads/main' };
  const answer = await ask('/runs', limited, body);
  expect(answer.status).toBe(202);
  const { inbox } = await json(answer);
  const { events } = await world.gateway.client.workflow.getHandle(inbox).fetchHistory();
  const signal = events?.find(({ workflowExecutionSignaledEventAttributes: given }) => given);
  const [payload] = signal?.workflowExecutionSignaledEventAttributes?.input?.payloads ?? [];
  expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toMatchObject({
    data: { ...body, environments: ['staging'] },
  });
});

it('cannot name the limit in a request', async () => {
  const body = {
    pipeline: 'deliver',
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    environments: ['x'],
  };
  await expectProblem(await ask('/runs', first, body), 400, 'Malformed');
});
