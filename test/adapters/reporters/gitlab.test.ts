import { z } from 'zod';
import { answered, commit, startHost, token } from './host';

/** What the commits API documents for "Set commit pipeline status", with the lengths that it refuses. */
const documented = z.strictObject({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  name: z.string().max(255),
  target_url: z.url().max(255).optional(),
  description: z.string().max(255).optional(),
});

/** Names of the events by which it changes a status. */
const events: Record<string, string> = {
  running: 'run',
  success: 'success',
  failed: 'drop',
  canceled: 'cancel',
};

let shown: string | undefined;
let host: Awaited<ReturnType<typeof startHost>>;
beforeAll(async () => {
  host = await startHost('gitlab', '/api/v4', ({ method, url, headers, body }) => {
    const paths = ['acme%2Fshop', 'acme%2Fgroup%2Fweb'].map(
      (project) => `/api/v4/projects/${project}/statuses/${commit}`,
    );
    if (method !== 'POST' || !paths.includes(url)) return answered(404, { message: '404 Project Not Found' });
    if (headers['private-token'] !== token) return answered(401, { message: '401 Unauthorized' });
    const parsed = documented.safeParse(JSON.parse(body));
    if (!parsed.success) return answered(400, { message: parsed.error.message });
    const { state } = parsed.data;
    const event = events[state] ?? '';
    const message = `Cannot transition status via :${event} from :${String(shown)} (Reason(s): Status cannot transition via "${event}")`;
    if (shown === state) return answered(400, { message });
    // A run that was over cannot be run again under the same id.
    if (shown === 'success' && state === 'canceled') return answered(400, { message });
    shown = state;
    return answered(201, { status: state });
  });
});
beforeEach(() => {
  shown = undefined;
});
afterAll(() => host.close());

const sent = () => JSON.parse(host.asked.at(-1)?.body ?? '');

it.each([
  ['pending', 'running'],
  ['success', 'success'],
  ['failure', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'canceled'],
] as const)('calls %s %s', async (state, name) => {
  await host.report({ state });
  expect(sent()).toEqual({
    state: name,
    name: 'sagaline/deliver',
    description: 'succeeded',
    target_url: 'https://sagaline.example/runs/1',
  });
});

it('knows projects in groups', async () => {
  await host.report({ repository: 'acme/group/web' });
  expect(host.asked.at(-1)?.url).toContain('/projects/acme%2Fgroup%2Fweb/statuses/');
});

it('keeps to its 255 characters; half a link is none', async () => {
  await host.report({ description: 'x'.repeat(256), url: `https://sagaline.example/${'x'.repeat(255)}` });
  expect(sent()).toEqual({
    state: 'success',
    name: 'sagaline/deliver',
    description: `${'x'.repeat(254)}…`,
  });
});

it('has told what is shown already, and nothing else that is refused', async () => {
  await host.report({ state: 'pending' });
  await host.report({ state: 'pending', description: 'waits for team-a' });
  await host.report({ state: 'success' });
  await expect(host.report({ state: 'cancelled' })).rejects.toMatchObject({ code: 'CallFailed' });
  await expect(host.report({ context: 'x'.repeat(256) })).rejects.toMatchObject({ code: 'CallFailed' });
});
