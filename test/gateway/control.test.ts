import { operations } from '../../src/gateway/operations';
import { type Control, startControl } from './control';
import { bearer, expectProblem, sendHook, type TestGateway } from './gateway';
import { pushPayload } from './payloads';

let control: Control;
let gateway: TestGateway;
beforeAll(async () => {
  control = await startControl();
  gateway = control.gateway;
});
afterAll(() => control.stop());

describe('the control API', () => {
  const closed = operations.filter(({ open }) => !open);
  it.each(closed.map(({ method, path }) => [method, path]))(
    'asks for a token at %s %s',
    async (method, path) => {
      const wrong = await fetch(`${gateway.url}${path}`, {
        method: method.toUpperCase(),
        headers: { authorization: 'Bearer x' },
      });
      await expectProblem(wrong, 401, 'Unauthenticated');
      const inUrl = await fetch(`${gateway.url}${path}?token=a-token-of-the-tests`, {
        method: method.toUpperCase(),
      });
      await expectProblem(inUrl, 401, 'Unauthenticated');
    },
  );

  it('refuses bodies that are not JSON', async () => {
    const answer = await fetch(`${gateway.url}/runs/run:x/cancel`, {
      method: 'POST',
      headers: bearer,
      body: 'x',
    });
    await expectProblem(answer, 415, 'UnsupportedMediaType');
    await expectProblem(await control.post('/runs/run:x/cancel', []), 400, 'Malformed');
  });

  it.each(['/nothing', '/runs/run:x/nothing', '//events', '/events/a/b'])('knows no %s', async (path) => {
    await expectProblem(await control.get(path), 404, 'NotFound');
  });

  it('is described by an OpenAPI document with every call that it answers', async () => {
    const { openapi, paths } = await control.getJson('/openapi.json');
    expect(openapi).toBe('3.1.0');
    for (const { method, path } of operations) {
      expect(paths[path.replaceAll(/:(\w+)/g, '{$1}')]).toHaveProperty(method);
      const answer = await fetch(`${gateway.url}${path}`, { method: method.toUpperCase() });
      const text = await answer.text();
      expect(text).not.toContain('on this path');
    }
  });

  it('is described with who may call what, the bodies that it takes and what it answers', async () => {
    const { paths, components } = await control.getJson('/openapi.json');
    const accepted = { $ref: '#/components/schemas/AcceptedRun' };
    const run = { $ref: '#/components/schemas/Run' };
    for (const [action, status, answer] of [
      ['approve', '200', run],
      ['reject', '200', run],
      ['retry', '202', accepted],
      ['cancel', '202', accepted],
    ] as const) {
      expect(paths[`/runs/{id}/${action}`].post).toMatchObject({
        description: 'For operators and admins.',
        security: [{ token: [] }],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                additionalProperties: false,
                properties: { step: { type: 'string' }, reason: { type: 'string', maxLength: 1000 } },
              },
            },
          },
        },
        responses: { [status]: { content: { 'application/json': { schema: answer } } } },
      });
      const { schema } = paths[`/runs/{id}/${action}`].post.requestBody.content['application/json'];
      expect(Object.keys(schema.properties).toSorted()).toEqual(['reason', 'step']);
      expect(schema.required ?? []).toEqual([]);
    }
    expect(paths['/whoami'].get).toMatchObject({ description: 'For viewers, operators and admins.' });
    expect(components.schemas.Whoami).toMatchObject({
      properties: { role: { enum: ['sender', 'viewer', 'operator', 'admin'] } },
    });
    expect(paths['/healthz'].get).not.toHaveProperty('description');
  });

  it('is measured, with routes and not paths as labels', async () => {
    await sendHook(gateway.url, pushPayload());
    await control.get('/runs/run:secret-name');
    const text = await (await control.get('/metrics')).text();
    expect(text).toContain('route="/runs/:id",status="404"');
    expect(text).toContain('sagaline_events_total{source="github",kind="push",outcome="accepted"}');
    expect(text).toContain('sagaline_signal_with_start_seconds_count');
    expect(text).not.toContain('secret-name');
  });

  it('says that it is alive and ready', async () => {
    for (const path of ['/healthz', '/readyz'])
      expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
  });
});
