import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type ApiToken, apiTokenSchema, parseToken, refusal } from '../domain/api-token';
import { SagalineError } from '../domain/errors';
import type { LedgerDatabase } from '../ledger/database';
import { Rounds } from '../ledger/rounds';
import { listTokens } from '../ledger/tokens';
import type { Configuration } from '../ports';
import { readJson, writeDurably } from '../target/durable-file';
import type { Actor, IssuedTokens } from './authentication';
import { isSecretOf } from './token-secret';

/** Milliseconds within which a token that another gateway has made or revoked is known here. */
const everyMs = 2_000;
/** Milliseconds between two looks that unknown tokens cause. */
const lookMs = 500;

const keptSchema = z.array(apiTokenSchema);

export interface IssuedTokensOptions {
  database: LedgerDatabase;
  configuration: Configuration;
  /** State folder: hashes are kept there, for a start while the ledger is down. */
  state: string;
  log: Logger;
}

/** The tokens of the ledger, as they were when it last answered. */
export class KnownTokens implements IssuedTokens {
  private tokens = new Map<string, ApiToken>();
  private kept = '';
  private lookedAt = 0;
  private looking: Promise<void> = Promise.resolve();

  private constructor(private readonly options: IssuedTokensOptions) {}

  /** Reads what is kept in the state folder, and follows the ledger from then on. */
  static async open(options: IssuedTokensOptions): Promise<KnownTokens> {
    const known = new KnownTokens(options);
    known.know((await readJson(fileIn(options.state), keptSchema).catch(() => undefined)) ?? []);
    new Rounds(() => known.refresh(), {
      everyMs,
      log: options.log,
      complaint: 'the ledger does not answer; tokens count as they did',
    });
    return known;
  }

  /** Asks the ledger now. Throws LedgerUnavailable. */
  refresh(): Promise<void> {
    this.lookedAt = Date.now();
    this.looking = this.look();
    return this.looking;
  }

  async actorOf(given: string): Promise<Actor | undefined> {
    const parsed = parseToken(given);
    if (!parsed) return undefined;
    // It may have been made a moment ago, by another gateway.
    if (!this.tokens.has(parsed.id))
      await (Date.now() - this.lookedAt > lookMs ? this.refresh() : this.looking).catch(() => undefined);
    const token = this.tokens.get(parsed.id);
    if (!token || !isSecretOf(token, parsed.secret)) return undefined;
    const { project } = await this.options.configuration.current();
    const why = refusal(token, project, new Date().toISOString());
    if (why !== undefined) throw new SagalineError('Unauthenticated', why);
    const { name, role, environments } = token;
    return { name, role, environments, aliases: [], teams: role === 'admin' ? ['*'] : [] };
  }

  private async look(): Promise<void> {
    const { database, configuration, state } = this.options;
    const { project } = await configuration.current();
    const tokens = await database.use((db) => listTokens(db, project));
    this.know(tokens);
    const text = JSON.stringify(tokens);
    if (text === this.kept) return;
    await writeDurably(fileIn(state), tokens);
    this.kept = text;
  }

  private know(tokens: readonly ApiToken[]): void {
    this.tokens = new Map(tokens.map((token) => [token.id, token]));
  }
}

const fileIn = (state: string): string => join(state, 'ledger', 'tokens.json');
