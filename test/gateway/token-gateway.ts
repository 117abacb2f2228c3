import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationSchema } from '../../src/domain/configuration';
import { KnownTokens } from '../../src/gateway/issued-tokens';
import { openLedger } from '../../src/ledger/open';
import { freshDatabase, silent } from '../ledger/fresh-ledger';
import { json, startGateway, token as first } from './gateway';

/** Attributes of a CloudEvent as headers. */
export const cloudEvent = {
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': '/ci',
  'ce-type': 'dev.example.built',
};

/** A gateway with a ledger of its own, which hands out tokens; `approvers` are those of production. */
export async function startTokenGateway(approvers: string[] = []) {
  const project = `p${randomUUID().slice(0, 8)}`;
  const configuration = configurationSchema.parse({
    apiVersion: 'sagaline/v1',
    project,
    people: [{ name: 'ada', token: '${env:ADA}' }],
    repositories: [{ name: 'acme/shop', url: 'https://git.example/acme/shop.git' }],
    environments: ['staging', 'production'].map((name) => ({
      ...{ name, target: { kind: 'embedded' }, metrics: { kind: 'router' } },
      allow: { repositories: ['acme/shop'], refs: ['refs/heads/main'], pipelines: ['deliver'] },
      ...(name === 'production' && { approvers }),
    })),
  });
  const current = () => Promise.resolve(configuration);
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-tokens-'));
  const database = await freshDatabase();
  const ledger = await openLedger(database.url, { state: folder, environment: {} }, { current }, silent);
  const known = (state = folder) =>
    KnownTokens.open({ database: ledger.database, configuration: { current }, state, log: silent });
  const gateway = await startGateway(undefined, {
    ...{ ledger, tokens: await known(), configuration: { current } },
  });

  const ask = (path: string, given: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${given}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const make = (wanted: object, by = first) =>
    ask('/tokens', by, {
      name: `t-${randomUUID().slice(0, 8)}`,
      role: 'operator',
      expiresIn: '1h',
      ...wanted,
    });
  const made = async (wanted: object): Promise<{ id: string; name: string; token: string }> => {
    const answer = await make(wanted);
    if (answer.status !== 201) throw new Error(await answer.text());
    return await json(answer);
  };
  const stop = async () => {
    await gateway.stop();
    await ledger.close();
    await database.drop();
    await rm(folder, { recursive: true });
  };
  return { ...{ project, folder, database, ledger, gateway, known, ask, make, made, stop } };
}
