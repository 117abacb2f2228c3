import { z } from 'zod';
import { dataDescriptions, kindDescriptions } from '../../src/cli/event-descriptions';
import { dataSchemas, type EventKind, eventKinds } from '../../src/domain/event';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One kind of event that the platform takes, or says itself. */
export interface EventType {
  /** CloudEvents `type`. */
  type: string;
  description: string;
  /** Schema of `data`, with a description of each field. */
  data: JsonSchema;
  example: Record<string, unknown>;
}

const commit = '1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4';
const repository = 'acme/shop';

/** An example of each kind's `data`. */
const examples: Record<EventKind, Record<string, unknown>> = {
  push: { repository, ref: 'refs/heads/main', commit, previousCommit: null, created: true, author: 'ada' },
  pull_request: {
    ...{ repository, action: 'opened', number: 7, commit, sourceRef: 'price', targetRef: 'main' },
    ...{ fork: false, title: 'Change the price', author: 'ada' },
  },
  tag: { repository, ref: 'refs/tags/v1.2.3', commit },
  image: { repository: 'registry.example/shop', tag: '1.2.3', digest: `sha256:${'a'.repeat(64)}` },
  infrastructure: { repository: 'acme/network', ref: 'refs/heads/main', commit, paths: ['vpc/main.tf'] },
  alert: {
    ...{ status: 'firing', name: 'HighErrorRate', service: 'shop', environment: 'production' },
    ...{ severity: 'critical', labels: { team: 'team-a' }, startsAt: '2026-11-21T09:00:00Z' },
  },
  finding: { tool: 'secretlint', severity: 'high', repository, rule: 'private-key', status: 'open' },
  ci_run: {
    system: 'github',
    runId: '42',
    status: 'success',
    repository,
    commit,
    name: 'test',
    branch: 'main',
  },
  deployment: { service: 'shop', environment: 'production', revision: commit },
  manual: {
    pipeline: 'deliver',
    repository,
    ref: 'refs/heads/main',
    inputs: { level: 'high' },
    author: 'ada',
  },
  schedule: { repository, pipeline: 'nightly' },
  custom: { event: 'report.ready', report: 'weekly' },
};

/** The schema of a kind's `data`, each field with its description. Throws for a field without one. */
export function dataSchemaOf(kind: EventKind): JsonSchema {
  const schema = z.toJSONSchema(dataSchemas[kind], { io: 'input', target: 'draft-7' });
  delete schema.$schema;
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const description = dataDescriptions[kind][name];
    if (description === undefined) throw new Error(`the field ${name} of ${kind} has no description`);
    return [name, { ...(typeof field === 'object' && field), description }] as const;
  });
  return { ...schema, ...(fields.length > 0 && { properties: Object.fromEntries(fields) }) };
}

/** Every kind of event, by its name. */
export const incoming = (): [EventKind, EventType][] =>
  eventKinds.map((kind) => [
    kind,
    {
      type: `dev.sagaline.${kind}`,
      description: kindDescriptions[kind],
      data: dataSchemaOf(kind),
      example: examples[kind],
    },
  ]);
