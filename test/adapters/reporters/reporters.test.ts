import { SagalineError } from '../../../src/domain/errors';
import { commit, startHost, token } from './host';

let answer: { code: number; body: string };
let host: Awaited<ReturnType<typeof startHost>>;
beforeAll(async () => {
  host = await startHost('github', '', () => answer);
});
afterAll(() => host.close());

const refused = async (code: number, body: string) => {
  answer = { code, body };
  const error = await host.report().then(
    () => new Error('taken'),
    (failure: unknown) => failure as SagalineError,
  );
  expect(JSON.stringify([error, error.stack])).not.toContain(token);
  expect(error).toMatchObject({ code: 'CallFailed' });
  return error instanceof SagalineError ? error.detail : '';
};

test('a repository that nobody is to be told of is NotFound', async () => {
  await expect(host.report({ repository: 'acme/quiet' })).rejects.toMatchObject({
    code: 'NotFound',
    detail: 'sagaline.yaml names no `report` for acme/quiet',
  });
  await expect(host.report({ repository: 'acme/other' })).rejects.toMatchObject({ code: 'NotFound' });
  expect(host.asked).toEqual([]);
});

test('every answer but a 2xx is a failure with what was said, in one line, without the token', async () => {
  expect(await refused(500, '')).toBe('github answered 500');
  expect(await refused(403, `no\u001b[1m\n${token} rights\u202e`)).toBe(
    'github answered 403: no [1m [secret] rights',
  );
  expect(await refused(422, 'x'.repeat(1_000))).toBe(`github answered 422: ${'x'.repeat(199)}…`);
});

test('a redirect is not followed: the token belongs to one host', async () => {
  const before = host.asked.length;
  expect(await refused(307, '')).toBe('github answered 307');
  expect(host.asked).toHaveLength(before + 1);
});

test('a private address is called only where sagaline.yaml allows it', async () => {
  const before = host.asked.length;
  await expect(host.report({}, '10.0.0.0/8')).rejects.toMatchObject({ code: 'NotAllowed' });
  expect(host.asked).toHaveLength(before);
});

test('the base of the API may end in a slash', async () => {
  answer = { code: 201, body: '' };
  await host.report({ repository: 'acme/group/web' });
  expect(host.asked.at(-1)?.url).toBe(`/repos/acme/group/web/statuses/${commit}`);
});
