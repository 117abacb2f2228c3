import { z } from 'zod';
import { type Content, idOf } from './contents';
import { maxName, shown } from './fields';
import { validated } from './reading';
import { cut } from './text';

/** Bytes of JSON that the labels of one alert may take together. */
const maxLabelBytes = 8 * 1024;

const group = z.object({ alerts: z.array(z.unknown()) });
const alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.looseObject({ alertname: z.string().min(1) }),
  startsAt: shown(64),
  endsAt: shown(64),
  fingerprint: shown(maxName),
});

/** The labels that name the service, the environment and the severity; the first that is set counts. */
const labelsOf = {
  service: ['service', 'service_name', 'app', 'job'],
  environment: ['environment', 'env', 'deployment_environment'],
  severity: ['severity'],
};

/** The alerts of a group. Throws NotUnderstood. */
export const alertsOf = (payload: unknown): unknown[] => validated(group, payload).alerts;

/**
 * One alert of Alertmanager or of Grafana, `origin` telling apart those whose labels may be equal. Its id is the same
 * for each reminder of one firing, so that these have one effect.
 */
export function readAlert(payload: unknown, ...origin: string[]): Content {
  const { status, labels, startsAt, endsAt, fingerprint } = validated(alert, payload);
  const texts = Object.entries(labels).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const known = new Map(texts);
  const first = (names: string[]) => {
    const found = names.map((name) => known.get(name)).find(Boolean);
    return found === undefined ? null : cut(found, maxName);
  };
  const resolvedAt = status === 'resolved' ? endsAt : undefined;
  return {
    id: idOf(...origin, fingerprint ?? JSON.stringify([...texts].sort()), status, startsAt, resolvedAt),
    kind: 'alert',
    data: {
      status,
      name: cut(labels.alertname, maxName),
      service: first(labelsOf.service),
      environment: first(labelsOf.environment),
      severity: first(labelsOf.severity),
      labels: bounded(texts),
      startsAt,
    },
    time: resolvedAt ?? startsAt,
  };
}

/** As many labels as an event has room for, long ones cut. */
function bounded(labels: readonly [string, string][]): Record<string, string> {
  let bytes = 0;
  const kept = labels
    .map(([name, value]): [string, string] => [cut(name, maxName), cut(value, 1024)])
    .filter((label) => (bytes += Buffer.byteLength(JSON.stringify(label))) <= maxLabelBytes);
  return Object.fromEntries(kept);
}
