import { sql } from 'kysely';
import { pino } from 'pino';
import { GithubDeliveries } from '../../src/adapters/deliveries/github';
import { NodeHttpClient } from '../../src/adapters/http/client';
import { configurationSchema, type PlatformConfiguration } from '../../src/domain/configuration';
import type { LedgerDatabase } from '../../src/ledger/database';
import { redeliver } from '../../src/ledger/redeliver';
import { writeEntries } from '../../src/ledger/write';
import { type Listed, startGithubHook } from '../support/github-hook';
import { freshLedger } from './fresh-ledger';
import { pushed, routed } from './samples';

export const token = 'ghp-of-the-bot-5f0c2a9d71';
export const minute = 60_000;

export const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** A ledger, a hook of GitHub that leads to it, and the rounds that compare the two. */
export async function startRedelivering() {
  const ledger = await freshLedger();
  /** What a gateway and a worker make of a delivery. */
  const accepted = (guid: string, change: { subject?: string } = {}) => {
    const record = routed(pushed({ deliveryId: guid, ...change }));
    return ledger.database.use((db) => writeEntries(db, [{ type: 'event', project: 'default', record }]));
  };
  const receiver = {
    answer: async (guid: string): Promise<number | undefined> => {
      await accepted(guid);
      return 202;
    },
  };
  const hook = await startGithubHook({ token, deliver: (guid) => receiver.answer(guid) });
  const lines: { level: number; msg: string; [field: string]: unknown }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });

  const configuration = (allow = ['127.0.0.0/8']): PlatformConfiguration =>
    configurationSchema.parse({
      apiVersion: 'sagaline/v1',
      network: { allow },
      credentials: [{ name: 'bot', host: `127.0.0.1:${String(hook.port)}`, secret: '${env:BOT}' }],
      sources: [
        {
          ...{ name: 'github', secrets: ['${env:HOOK}'] },
          redeliver: { hooks: [{ url: hook.url, credential: 'bot' }], every: '5m', window: '3d' },
        },
      ],
    });
  const round = ({
    database = ledger.database,
    settings = configuration(),
    signal = new AbortController().signal,
  }: { database?: LedgerDatabase; settings?: PlatformConfiguration; signal?: AbortSignal } = {}) => {
    const current = { current: () => Promise.resolve(settings) };
    const http = new NodeHttpClient(current);
    const host = new GithubDeliveries({ http, secretOf: () => Promise.resolve(token) });
    return redeliver(database, { host, configuration: current, log }, signal);
  };
  const execute = (statement: string) => ledger.database.use((db) => sql.raw(statement).execute(db));
  return {
    ...{ ledger, hook, receiver, lines, configuration, accepted, round, execute },
    /** A delivery that nobody answered, ten minutes ago. */
    missed: (change: Partial<Listed> = {}) =>
      hook.add({
        ...{ delivered_at: ago(10 * minute), status: 'failed to connect to host', status_code: 502 },
        ...change,
      }),
    taken: (change: Partial<Listed> = {}) => hook.add({ delivered_at: ago(5 * minute), ...change }),
    /** A look after so many minutes: everything that ever happened is so much longer ago. */
    async look(minutes = 0): Promise<void> {
      for (const one of hook.deliveries)
        one.delivered_at = new Date(Date.parse(one.delivered_at) - minutes * minute).toISOString();
      const earlier = (...columns: string[]) =>
        columns.map((column) => `${column} = ${column} - interval '${String(minutes)} minutes'`).join(', ');
      await execute(`update missed_deliveries set ${earlier('first_at', 'last_at', 'asked_at')}`);
      const times = earlier('read_until', 'reading_from', 'newest_at');
      await execute(`update hooks set next_at = now(), ${times}`);
      await round();
    },
    rows: () =>
      ledger.database.use((db) =>
        db.selectFrom('missed_deliveries').selectAll().orderBy('first_at').execute(),
      ),
    hookRow: () =>
      ledger.database.use((db) =>
        db
          .selectFrom('hooks')
          .selectAll()
          .select(sql<number>`extract(epoch from next_at - now())::float8`.as('seconds'))
          .executeTakeFirstOrThrow(),
      ),
    async close(): Promise<void> {
      await hook.close();
      await ledger.close();
    },
  };
}
