import { requireApprover } from '../../src/gateway/approvers';
import { deliver } from '../workflows/world';
import { expand } from '../../src/domain/expand';
import { type StandIn, startStandIn } from './control-stand-in';
import { expectProblem, token as ofAdmin } from './gateway';
import { startTokenGateway } from './token-gateway';

let world: Awaited<ReturnType<typeof startTokenGateway>>;
let standIn: StandIn;
/** Of an operator who is a member of no team. */
let ofOperator: string;
beforeAll(async () => {
  world = await startTokenGateway(['team-a']);
  standIn = await startStandIn({ client: world.gateway.client, project: world.project });
  ofOperator = (await world.made({})).token;
});
afterAll(async () => {
  await standIn.stop();
  await world.stop();
});

const reason = 'because';

it.each(['promote', 'abort'])('%s is for approvers of the environment and admins alone', async (action) => {
  const { path } = await standIn.start({ pipeline: expand(deliver()) });
  const ask = (token: string) => world.ask(`${path}/${action}`, token, { reason });
  await expectProblem(await ask(ofOperator), 403, 'NotAllowed');
  // A canary elsewhere is not theirs to decide on; the run here knows no canaries, and fails when it is asked.
  expect((await world.ask(`${path}/${action}`, ofOperator, { reason, step: 'none' })).status).toBe(500);
  // Let through.
  expect((await ask(ofAdmin)).status).toBe(500);
});

it.each([
  ['production', 403],
  ['staging', 404],
])('a rollback in %s is answered with %i to somebody of no team', async (environment, status) => {
  const answer = await world.ask(`/lanes/shop/${environment}/rollback`, ofOperator, {
    release: 'r-1',
    reason,
  });
  expect(answer.status).toBe(status);
});

it('whoever may not decide is told who may', async () => {
  const environments = [{ name: 'production', approvers: ['team-a', 'team-b'] }] as never;
  const decided = () => Promise.resolve(['production']);
  const judged = (teams: string[]) => requireApprover({ name: 'ada', teams }, { environments }, decided);
  await expect(judged(['team-b'])).resolves.toBeUndefined();
  await expect(judged(['*'])).resolves.toBeUndefined();
  await expect(judged(['team-c'])).rejects.toMatchObject({
    detail: 'members of team-a, team-b may decide on releases to production, ada is none of them',
  });
});
