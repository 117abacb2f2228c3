import { alertsOf, readAlert } from './alerts';
import { requireAuthorization } from './authorization';
import { readContents } from './contents';
import type { Source } from './source';

/** Prometheus Alertmanager's webhook receiver: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export const alertmanager: Source = {
  name: 'alertmanager',
  maxBytes: 4 * 1024 * 1024,
  mediaTypes: ['application/json'],
  batched: true,

  verify({ headers }, secrets) {
    requireAuthorization(headers, secrets);
  },

  read: (delivery) =>
    readContents(delivery, {
      source: 'alertmanager',
      name: 'alert',
      list: alertsOf,
      read: (alert) => readAlert(alert),
    }),
};
