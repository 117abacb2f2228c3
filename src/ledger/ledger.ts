import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { CommitStatus } from '../domain/commit-status';
import type { EventRecord } from '../domain/event';
import { valueMasker } from '../domain/redact-value';
import type { LedgerWriter } from '../ports';
import type { LedgerDatabase } from './database';
import type { AuditEntry, LedgerEntry } from './entries';
import { ownSpoolFile, shipAbandoned } from './spool-files';
import { Spool } from './spool';
import { writeEntries } from './write';

/** Milliseconds between two looks at the spool, and the longest wait while the ledger is down. */
const shipEveryMs = 200;
const maxWaitMs = 5_000;
/** Milliseconds between two looks for spools of processes that are gone. */
const adoptEveryMs = 30_000;
/** Milliseconds that a process which ends gives its last entries; the next one ships what is left. */
const lastShipmentMs = 3_000;

export interface LedgerOptions {
  database: LedgerDatabase;
  /** Folder of the spools of all processes of this machine. */
  folder: string;
  /** Values that no entry may hold, at this moment. */
  secrets: () => Promise<string[]>;
  log: Logger;
}

/** Whether the database refuses the data themselves: SQLSTATE classes 22 and 23. */
function isRefusal(error: unknown): boolean {
  const { cause } = error as Error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^2[23]/.test(code);
}

/** The write side of the ledger: keeps entries in a file and brings them to the database in the background. */
export class Ledger implements LedgerWriter {
  private readonly stopping = new AbortController();
  private shipping: Promise<void> | undefined;
  private redact: <T>(value: T) => T;

  private constructor(
    private readonly options: LedgerOptions,
    private readonly spool: Spool,
    private secrets: readonly string[],
  ) {
    this.redact = valueMasker(secrets);
  }

  /** Opens the spool of this process and begins to ship. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const file = await ownSpoolFile(options.folder);
    const spool = new Spool(options.folder, file, options.log);
    const ledger = new Ledger(options, spool, await options.secrets());
    ledger.shipping = ledger.ship();
    return ledger;
  }

  /** Keeps what became of an event; returns at once, and repeating it changes nothing. */
  recordEvent(project: string, record: EventRecord): void {
    this.append({ type: 'event', project, record });
  }

  /** Keeps what the host of a repository is to be told of a commit. */
  recordStatus(project: string, status: CommitStatus): void {
    this.append({ type: 'status', project, status });
  }

  /** Keeps what an operator did. */
  recordAction(action: Omit<AuditEntry, 'type'>): void {
    this.append({ type: 'audit', ...action });
  }

  /** Ships what is there, as far as the database takes it within three seconds. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.shipping;
    const last = this.spool.drain((entries) => this.write(entries)).catch(() => undefined);
    await Promise.race([last, delay(lastShipmentMs, undefined, { ref: false })]);
    this.spool.close();
  }

  private append(entry: LedgerEntry): void {
    this.spool.append(this.redact(entry));
  }

  /** An entry that the database can never hold must not keep the others from it. */
  private async write(entries: LedgerEntry[]): Promise<void> {
    const { database, log } = this.options;
    try {
      await database.use((db) => writeEntries(db, entries));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [entry, second] = entries;
      if (second !== undefined) for (const one of entries) await this.write([one]);
      else log.error({ err: error, entry }, 'the ledger cannot hold this entry');
    }
  }

  private async learnSecrets(): Promise<void> {
    const now = await this.options.secrets().catch(() => this.secrets);
    if (now === this.secrets) return;
    this.secrets = now;
    this.redact = valueMasker(now);
  }

  private async ship(): Promise<void> {
    const { folder, log } = this.options;
    const { signal } = this.stopping;
    let wait = shipEveryMs;
    let adoptAt = 0;
    while (!signal.aborted) {
      await this.learnSecrets();
      try {
        await this.spool.drain((entries) => this.write(entries));
        if (Date.now() >= adoptAt) {
          await shipAbandoned(folder, (entries) => this.write(entries));
          adoptAt = Date.now() + adoptEveryMs;
        }
        if (wait > shipEveryMs) log.info('the ledger answers again');
        wait = shipEveryMs;
      } catch (error) {
        if (wait === shipEveryMs) log.warn({ err: error }, 'the ledger does not answer; entries are kept');
        wait = Math.min(wait * 2, maxWaitMs);
      }
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
