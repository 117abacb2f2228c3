import { z } from 'zod';
import { answered, commit, startHost, token } from './host';

/** What the REST API documents for "Create a commit status". */
const documented = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: z.url().optional(),
  description: z.string().max(140).optional(),
  context: z.string().default('default'),
});

let host: Awaited<ReturnType<typeof startHost>>;
beforeAll(async () => {
  host = await startHost('github', '/api/v3', ({ method, url, headers, body }) => {
    if (method !== 'POST' || url !== `/api/v3/repos/acme/shop/statuses/${commit}`)
      return answered(404, { message: 'Not Found' });
    if (headers['authorization'] !== `Bearer ${token}` || headers['user-agent'] === undefined)
      return answered(401, { message: 'Bad credentials' });
    const parsed = documented.safeParse(JSON.parse(body));
    return answered(parsed.success ? 201 : 422, { message: parsed.error?.message });
  });
});
afterAll(() => host.close());

const sent = () => JSON.parse(host.asked.at(-1)?.body ?? '');

it('tells the commit, its state and a link', async () => {
  await host.report();
  expect(host.asked.at(-1)?.headers).toMatchObject({
    accept: 'application/vnd.github+json',
    'content-type': 'application/json',
    'x-github-api-version': '2022-11-28',
  });
  expect(sent()).toEqual({
    state: 'success',
    context: 'sagaline/deliver',
    description: 'succeeded',
    target_url: 'https://sagaline.example/runs/1',
  });
});

it('leaves out the link where there is none', async () => {
  await host.report({ url: null });
  expect(sent()).not.toHaveProperty('target_url');
});

it.each([
  ['pending', 'pending'],
  ['failure', 'failure'],
  ['error', 'error'],
  ['cancelled', 'error'],
] as const)('calls %s %s', async (state, name) => {
  await host.report({ state });
  expect(sent().state).toBe(name);
});

it('keeps to its 140 characters', async () => {
  await host.report({ description: 'x'.repeat(141) });
  expect(sent().description).toBe(`${'x'.repeat(139)}…`);
});

it('says what was answered, without the token', async () => {
  await expect(host.report({ commit: 'f'.repeat(40) })).rejects.toMatchObject({
    code: 'CallFailed',
    detail: 'github answered 404: {"message":"Not Found"}',
  });
});
