import { z } from 'zod';
import { maxMessage, maxName, optional, type Read, shown } from './fields';
import { validated } from './reading';
import { tagOf } from './registry';

/** What an event of Harbor says of one artifact, or of none. */
export interface HarborHappening {
  /** Harbor's own name, such as PUSH_ARTIFACT, in either format. */
  event: string;
  operator: string | null | undefined;
  repository: string | null | undefined;
  tag: string | null;
  digest: string | null | undefined;
  details: string | null | undefined;
  report: z.infer<typeof report>;
}

/** Harbor's own names of what its CloudEvents call otherwise. */
const names: ReadonlyMap<string, string> = new Map([
  ['harbor.artifact.pushed', 'PUSH_ARTIFACT'],
  ['harbor.artifact.pulled', 'PULL_ARTIFACT'],
  ['harbor.artifact.deleted', 'DELETE_ARTIFACT'],
  ['harbor.scan.completed', 'SCANNING_COMPLETED'],
  ['harbor.scan.stopped', 'SCANNING_STOPPED'],
  ['harbor.scan.failed', 'SCANNING_FAILED'],
  ['harbor.quota.exceeded', 'QUOTA_EXCEED'],
  ['harbor.quota.warned', 'QUOTA_WARNING'],
  ['harbor.replication.status.changed', 'REPLICATION'],
  ['harbor.tag_retention.finished', 'TAG_RETENTION'],
]);

const count = optional(z.number());
const report = optional(
  z.object({
    severity: z.string().min(1).max(maxName),
    summary: optional(
      z.object({
        total: count,
        fixable: count,
        summary: optional(z.record(z.string().max(maxName), z.number())),
      }),
    ),
    scanner: optional(z.object({ name: shown(maxName) })),
  }),
);
const resource = z.object({
  digest: shown(maxName),
  tag: shown(maxName),
  scan_overview: optional(z.record(z.string(), report)),
});
const eventData = z.object({
  resources: optional(z.array(resource)),
  repository: optional(z.object({ repo_full_name: shown(1024) })),
  custom_attributes: optional(z.object({ Details: shown(maxMessage) })),
});

/** One happening for each artifact that an event names, and one for an event without any. Throws NotUnderstood. */
export function harborEvent(
  type: string,
  operator: string | null | undefined,
  data: unknown,
): HarborHappening[] {
  const { resources, repository, custom_attributes } = validated(eventData, data ?? {});
  const named = resources?.length ? resources : [{ digest: null, tag: null, scan_overview: null }];
  return named.map(({ digest, tag, scan_overview }) => ({
    event: names.get(type) ?? type,
    operator,
    repository: repository?.repo_full_name,
    tag: tagOf(tag, digest),
    digest,
    details: custom_attributes?.Details,
    report: Object.values(scan_overview ?? {}).find(Boolean),
  }));
}

/** The event of one happening: a push is an image, what a scan found is a finding. */
export function harborContent({ report, ...happening }: HarborHappening): Read {
  const { event, repository, tag, digest } = happening;
  if (event === 'PUSH_ARTIFACT')
    return { kind: 'image', data: validated(pushed, { repository, tag, digest }) };
  if (event === 'SCANNING_COMPLETED' && report && repository) {
    const artifact = digest ? `${repository}@${digest}` : `${repository}:${tag ?? 'latest'}`;
    return { kind: 'finding', data: { artifact, ...finding(report) } };
  }
  const { operator, details } = happening;
  // Not `repository`, which in a custom event is one of git.
  const data = {
    event,
    image: repository ?? null,
    tag,
    digest: digest ?? null,
    sender: operator ?? null,
    details: details ?? null,
  };
  return { kind: 'custom', data };
}

const pushed = z.object({
  repository: z.string().min(1),
  tag: z.string().nullish(),
  digest: z.string().min(1),
});

function finding({ severity, scanner, summary }: NonNullable<HarborHappening['report']>) {
  const counts = Object.entries(summary?.summary ?? {}).map(([name, found]) => `${name} ${String(found)}`);
  const total = `${String(summary?.total ?? 0)} found, ${String(summary?.fixable ?? 0)} fixable`;
  return {
    tool: scanner?.name ?? 'harbor',
    severity: severity.toLowerCase(),
    rule: 'vulnerabilities',
    description: [total, ...counts].join(', ').slice(0, maxMessage),
  };
}
