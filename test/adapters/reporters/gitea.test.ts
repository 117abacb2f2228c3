import { z } from 'zod';
import { answered, commit, startHost, token } from './host';

/** CreateStatusOption of the API's own document. */
const documented = z.strictObject({
  state: z.enum(['pending', 'success', 'error', 'failure', 'warning']),
  target_url: z.string().optional(),
  description: z.string(),
  context: z.string(),
});

let host: Awaited<ReturnType<typeof startHost>>;
beforeAll(async () => {
  host = await startHost('gitea', '/api/v1', ({ method, url, headers, body }) => {
    if (method !== 'POST' || url !== `/api/v1/repos/acme/shop/statuses/${commit}`)
      return answered(404, { message: 'not found' });
    if (headers['authorization'] !== `token ${token}`) return answered(401, { message: 'token is required' });
    return answered(documented.safeParse(JSON.parse(body)).success ? 201 : 422, {});
  });
});
afterAll(() => host.close());

it.each([
  ['pending', 'pending'],
  ['success', 'success'],
  ['failure', 'failure'],
  ['error', 'error'],
  ['cancelled', 'error'],
] as const)('calls %s %s', async (state, name) => {
  await host.report({ state });
  expect(JSON.parse(host.asked.at(-1)?.body ?? '')).toEqual({
    state: name,
    context: 'sagaline/deliver',
    description: 'succeeded',
    target_url: 'https://sagaline.example/runs/1',
  });
});

it('keeps to a line of 255 characters, and leaves out a link that there is not', async () => {
  await host.report({ description: 'x'.repeat(300), url: null });
  expect(JSON.parse(host.asked.at(-1)?.body ?? '')).toEqual({
    state: 'success',
    context: 'sagaline/deliver',
    description: `${'x'.repeat(254)}…`,
  });
});
