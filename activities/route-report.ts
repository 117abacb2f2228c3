import { statusOfFile } from '../src/domain/commit-status';
import type { SagalineEvent } from '../src/domain/event';
import { publicEventId } from '../src/domain/event-id';
import { inboxId } from '../src/domain/identity';
import type { LedgerWriter } from '../src/ports';
import type { Candidates } from './route-decide';
import { pipelineFolder } from './route-files';

/** Has the host of the repository told which pipeline files that came with the event's own commit cannot be used. */
export function reportFaults(
  ledger: LedgerWriter,
  { key, source, subject, receivedAt, data }: SagalineEvent,
  definition: string,
  { project, repository, files, configuration }: Candidates,
): void {
  const isWanted = configuration.repositories.some(({ name, report }) => name === repository && report);
  if (!isWanted || data['commit'] !== definition) return;
  const eventId = publicEventId(inboxId(project, source, subject), key);
  for (const { path, problem } of files) {
    if (!problem || !path.startsWith(`${pipelineFolder}/`)) continue;
    const at = { repository, commit: definition, eventId, receivedAt };
    const status = statusOfFile(path, problem.detail, at);
    if (status) ledger.recordStatus(project, status);
  }
}
