import { sagalineBefore } from './scripted-gateway';

const token = (change: object = {}) => ({
  ...{ id: '0123456789abcdef', name: 'release-bot', role: 'operator', projects: ['default'] },
  ...{ environments: ['staging'], createdAt: '2026-01-01T00:00:00.000Z', createdBy: 'admin' },
  ...{ expiresAt: '2026-04-01T00:00:00.000Z', revokedAt: null, revokedBy: null, status: 'valid' },
  ...change,
});
const lines = (text: string) => text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));

it('sagaline token create prints the secret alone on standard output', async () => {
  const script = { 'POST /tokens': [{ status: 201, json: token({ token: 'sgl_x' }) }] };
  const words = ['token', 'create', 'release-bot', '--role', 'operator', '--expires', '90d'];
  const { code, out, err, asked } = await sagalineBefore(script, [
    ...words,
    ...['--environment', 'staging', '--environment', 'testing', '--reason', 'nightly'],
  ]);
  expect({ code, out }).toEqual({ code: 0, out: 'sgl_x\n' });
  expect(err).toContain('not shown again');
  expect(asked).toMatchObject([
    {
      body: {
        ...{ name: 'release-bot', role: 'operator', expiresIn: '90d', reason: 'nightly' },
        environments: ['staging', 'testing'],
      },
    },
  ]);
});

it('sagaline token list leaves out what counts no more', async () => {
  const tokens = [token(), token({ id: 'f', name: 'old', status: 'expired' })];
  const script = { 'GET /tokens': [{ json: { tokens } }] };
  const { out } = await sagalineBefore(script, ['token', 'list']);
  expect(lines(out)).toEqual([
    'ID | NAME | ROLE | ENVIRONMENTS | STATUS | EXPIRES',
    '0123456789abcdef | release-bot | operator | staging | valid | 2026-04-01T00:00:00.000Z',
    '',
  ]);
  const all = await sagalineBefore(script, ['token', 'list', '--all', '--json']);
  expect(JSON.parse(all.out).tokens).toHaveLength(2);
});

it('sagaline token revoke says why', async () => {
  const script = { 'POST /tokens/f/revoke': [{ json: token({ id: 'f', status: 'revoked' }) }] };
  const { out, asked } = await sagalineBefore(script, ['token', 'revoke', 'f', '--reason', 'leaked']);
  expect(out).toBe('release-bot (f) is revoked\n');
  expect(asked).toMatchObject([{ body: { reason: 'leaked' } }]);
});
