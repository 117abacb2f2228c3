import { z } from 'zod';
import { maxMessage, maxName, type Read, shown } from './fields';
import { validated } from './reading';

const alertOf = <T extends z.ZodRawShape>(fields: T) =>
  z.object({
    repository: z.object({ full_name: z.string() }),
    alert: z.object({ state: shown(maxName), updated_at: shown(64), ...fields }),
  });

const dependabot = alertOf({
  security_advisory: z.object({ ghsa_id: z.string(), severity: z.string(), summary: shown(maxMessage) }),
});
const codeScanning = alertOf({
  rule: z.object({
    id: z.string(),
    severity: shown(maxName),
    security_severity_level: shown(maxName),
    description: shown(maxMessage),
  }),
  tool: z.object({ name: z.string() }),
});
/** Never the field `secret`: an alert must not spread what it warns of. */
const secretScanning = alertOf({
  secret_type: z.string(),
  secret_type_display_name: shown(maxName),
  resolution: shown(maxName),
});

/** A dependency with a known vulnerability. */
export function readDependabot(payload: unknown): Read {
  const { repository, alert } = validated(dependabot, payload);
  const { ghsa_id, severity, summary } = alert.security_advisory;
  const data = { tool: 'dependabot', severity, rule: ghsa_id, description: summary };
  return finding(repository, alert, data, statusOf(alert.state));
}

/** A finding of CodeQL, or of another tool that reports to GitHub. */
export function readCodeScanning(payload: unknown): Read {
  const { repository, alert } = validated(codeScanning, payload);
  const { id, severity, security_severity_level, description } = alert.rule;
  const level = security_severity_level ?? severity ?? 'none';
  const data = { tool: alert.tool.name, severity: level, rule: id, description };
  return finding(repository, alert, data, statusOf(alert.state));
}

/** A secret in the repository. GitHub grades none; each is to be replaced at once. */
export function readSecretScanning(payload: unknown): Read {
  const { repository, alert } = validated(secretScanning, payload);
  const { secret_type, secret_type_display_name, resolution, state } = alert;
  const data = {
    tool: 'secret-scanning',
    severity: 'critical',
    rule: secret_type,
    description: secret_type_display_name,
  };
  return finding(repository, alert, data, resolution ? 'resolved' : (statusOf(state) ?? 'open'));
}

type Status = 'open' | 'resolved' | null;

function finding(
  { full_name }: { full_name: string },
  { updated_at }: { updated_at?: string | null | undefined },
  data: object,
  status: Status,
): Read {
  return { kind: 'finding', data: { ...data, repository: full_name, status }, time: updated_at ?? null };
}

/** Fixed, dismissed and the like: it needs no more work. */
function statusOf(state: string | null | undefined): Status {
  if (!state) return null;
  return state === 'open' ? 'open' : 'resolved';
}
