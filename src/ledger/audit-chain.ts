import { createHash } from 'node:crypto';
import type { AuditEntry } from './entries';

/** An entry of the audit with its place in the chain. */
export interface ChainedEntry extends Omit<AuditEntry, 'type'> {
  seq: number;
  /** Hash of the entry before; empty for the first. */
  previous: string;
  /** SHA-256 in hex over `previous` and everything else in the entry. */
  hash: string;
}

/** The entries as links of the chain that ends with `last`. */
export function chained(last: { seq: number; hash: string }, entries: readonly AuditEntry[]): ChainedEntry[] {
  const links: ChainedEntry[] = [];
  let { seq, hash } = last;
  for (const { id, project, at, actor, role, action, target, reason, status } of entries) {
    const entry = { id, project, at, actor, role, action, target, reason, status };
    const link = { ...entry, seq: seq + 1, previous: hash };
    ({ seq, hash } = { seq: link.seq, hash: hashOf(link) });
    links.push({ ...link, hash });
  }
  return links;
}

/** Why an entry does not follow the one before, or null where it does: changed, removed or inserted later. */
export function brokenLink(last: { seq: number; hash: string }, entry: ChainedEntry): string | null {
  if (entry.seq !== last.seq + 1) return `entry ${String(last.seq + 1)} is missing`;
  if (entry.previous !== last.hash) return `entry ${String(entry.seq)} does not follow the one before`;
  if (entry.hash !== hashOf(entry)) return `entry ${String(entry.seq)} was changed`;
  return null;
}

/** Over a JSON array, whose members cannot run into one another. */
function hashOf(entry: Omit<ChainedEntry, 'hash'>): string {
  const { seq, id, project, at, actor, role, action, target, reason, status, previous } = entry;
  const text = JSON.stringify([previous, seq, id, project, at, actor, role, action, target, reason, status]);
  return createHash('sha256').update(text).digest('hex');
}
