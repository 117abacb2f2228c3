import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { pino } from 'pino';
import { FileStepLogs } from '../../src/adapters/logs/files';
import { TemporalInboxHistories } from '../../src/adapters/workflows/inbox-histories';
import { TemporalLaneHistories } from '../../src/adapters/workflows/lane-histories';
import { TemporalRunHistories } from '../../src/adapters/workflows/run-histories';
import { configurationSchema } from '../../src/domain/configuration';
import { createGateway } from '../../src/gateway/app';
import { firstAdmin } from '../../src/gateway/authentication';
import { lazyConnection } from '../../src/gateway/connection';
import type { GatewayDependencies } from '../../src/gateway/dependencies';
import { createGatewayServer, stopServer } from '../../src/gateway/server';
import type { Router } from '../../src/ports';
import { devServerAddress } from '../setup/temporal';

export const secret = 'a secret of the tests';
export const token = 'a-token-of-the-tests';
export const bearer = { authorization: `Bearer ${token}` };

export interface TestGateway {
  url: string;
  port: number;
  client: Client;
  logs: FileStepLogs;
  /** Its project is its own, so that test files share a server and no workflow ids. */
  project: string;
  /** What the router of every environment is asked. */
  router: { read: jest.MockedFunction<Router['read']> };
  stop: () => Promise<void>;
}

/** A gateway on a free port, before a real Temporal server. */
export async function startGateway(
  address = devServerAddress(),
  change: Partial<GatewayDependencies> = {},
): Promise<TestGateway> {
  const connection = lazyConnection({ address });
  const client = new Client({ connection, namespace: 'default' });
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-gateway-'));
  const logs = new FileStepLogs(folder);
  const project = `p${randomUUID().slice(0, 8)}`;
  const environment = {
    name: 'production',
    target: { kind: 'embedded' },
    metrics: { kind: 'router' },
    allow: { repositories: ['acme/shop'], refs: ['refs/heads/main'], pipelines: ['deliver'] },
  };
  const configuration = configurationSchema.parse({
    apiVersion: 'sagaline/v1',
    project,
    environments: [environment],
  });
  const router = { read: jest.fn<ReturnType<Router['read']>, Parameters<Router['read']>>() };
  router.read.mockResolvedValue(undefined);
  const app = createGateway({
    client,
    namespace: 'default',
    configuration: { current: () => Promise.resolve(configuration) },
    logs,
    routerOf: () => router as unknown as Router,
    secretsOf: (source) => Promise.resolve(source === 'github' ? ['an older secret', secret] : []),
    writtenSources: { names: () => Promise.resolve([]), find: () => Promise.resolve(undefined) },
    credentials: () => Promise.resolve([{ actor: firstAdmin, token }]),
    tokens: undefined,
    ledger: undefined,
    histories: {
      inboxes: new TemporalInboxHistories(client),
      runs: new TemporalRunHistories(client),
      lanes: new TemporalLaneHistories(client),
    },
    codecOrigin: undefined,
    log: pino({ level: 'silent' }),
    ...change,
  });
  const server = createGatewayServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    await stopServer(server, 0);
    await connection.close();
    await rm(folder, { recursive: true });
  };
  return { url: `http://127.0.0.1:${port}`, port, client, logs, project, router, stop };
}

export const sign = (body: string | Buffer, key = secret): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

export interface Hook {
  event?: string;
  deliveryId?: string;
  headers?: Record<string, string | undefined>;
}

/** Sends a signed GitHub webhook; a header of undefined is left out. */
export function sendHook(
  url: string,
  payload: unknown,
  { event = 'push', deliveryId = randomUUID(), headers }: Hook = {},
) {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': deliveryId,
    'x-hub-signature-256': sign(body),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${url}/hooks/github`, { method: 'POST', headers: Object.fromEntries(given), body });
}

/** The body of an answer, of whatever type the test expects. */
export const json = async (answer: Response) => JSON.parse(await answer.text());

/** Checks that an answer is a problem document with that status and code, and returns it. */
export async function expectProblem(answer: Response, status: number, code: string) {
  const text = await answer.text();
  expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
    status,
    type: 'application/problem+json; charset=utf-8',
  });
  const problem = JSON.parse(text) as Record<string, unknown>;
  expect(problem).toMatchObject({ type: 'about:blank', status, code });
  for (const member of ['title', 'detail', 'whatToDo', 'instance'])
    expect(problem[member]).toEqual(expect.any(String));
  expect(text).not.toMatch(/\.ts:\d+|node_modules/);
  expect(text).not.toContain(secret);
  expect(text).not.toContain(token);
  return problem;
}

/** The events that a workflow was signalled with, out of its history. */
export async function signalled(client: Client, workflowId: string): Promise<Record<string, unknown>[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    (signal?.input?.payloads ?? []).map(
      ({ data }) => JSON.parse(Buffer.from(data ?? []).toString()) as Record<string, unknown>,
    ),
  );
}
