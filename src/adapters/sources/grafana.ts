import { SagalineError } from '../../domain/errors';
import { alertsOf, readAlert } from './alerts';
import { requireAuthorization } from './authorization';
import { readContents } from './contents';
import { hasHmacSha256 } from './signature';
import { type Delivery, singleHeader, type Source } from './source';

const signatureHeader = 'x-grafana-alerting-signature';
const timestampHeader = 'x-grafana-alerting-timestamp';
/** Seconds by which a signed time may differ from the time of acceptance, either way. */
const toleranceSeconds = 5 * 60;

/** Grafana's webhook contact point: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/ */
export const grafana: Source = {
  name: 'grafana',
  maxBytes: 4 * 1024 * 1024,
  mediaTypes: ['application/json'],
  batched: true,

  verify(delivery, secrets) {
    if (delivery.headers[signatureHeader] === undefined) requireAuthorization(delivery.headers, secrets);
    else requireSignature(delivery, secrets);
  },

  read: (delivery) =>
    readContents(delivery, {
      source: 'grafana',
      name: 'alert',
      list: (payload) => alertsOf(payload).map((alert) => ({ alert, organisation: organisationOf(payload) })),
      read: ({ alert, organisation }) => readAlert(alert, organisation),
    }),
};

/** Organisations share one Grafana, and may have alerts with equal labels. */
const organisationOf = (payload: unknown): string => {
  const { orgId } = payload as { orgId?: unknown };
  return typeof orgId === 'number' ? String(orgId) : '';
};

/** Throws Unauthenticated. With a time, that and the body are signed; without one, the body alone. */
function requireSignature({ headers, body, receivedAt }: Delivery, secrets: readonly string[]): void {
  const signature = singleHeader(headers, signatureHeader) ?? '';
  const time =
    headers[timestampHeader] === undefined ? undefined : (singleHeader(headers, timestampHeader) ?? '');
  const signed = time === undefined ? body : Buffer.concat([Buffer.from(`${time}:`), body]);
  if (!hasHmacSha256(signed, signature, secrets))
    throw refused('X-Grafana-Alerting-Signature is not of a secret of this source');
  if (time === undefined) return;
  const apart = Math.abs(new Date(receivedAt).getTime() / 1000 - Number(time));
  if (!/^\d{1,12}$/.test(time) || apart > toleranceSeconds) {
    throw refused(
      `X-Grafana-Alerting-Timestamp is more than ${String(toleranceSeconds)} s from the time here`,
    );
  }
}

const refused = (detail: string) => new SagalineError('Unauthenticated', detail);
