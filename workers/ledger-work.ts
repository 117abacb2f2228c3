import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { TemporalLaneHistories } from '../src/adapters/workflows/lane-histories';
import { TemporalRunHistories } from '../src/adapters/workflows/run-histories';
import type { Settings } from '../src/config';
import { followInBackground } from '../src/ledger/follow';
import { followLanesInBackground } from '../src/ledger/follow-lanes';
import { maskedRuns } from '../src/ledger/masked-runs';
import { forgetInBackground } from '../src/ledger/retention';
import { statusesOf } from '../src/ledger/run-statuses';
import { redeliverInBackground } from '../src/ledger/redeliver';
import { sendInBackground } from '../src/ledger/send-reports';
import type { Configuration, DeliveryHost, StatusReporter } from '../src/ports';
import type { OpenLedger } from '../src/ledger/open';

interface LedgerWorkPorts {
  configuration: Configuration;
  openedLedger: OpenLedger | undefined;
  reporter: StatusReporter;
  deliveries: DeliveryHost;
}

/** What a worker does for the ledger beside its tasks: following runs, removing what is too old, telling hosts of repositories, and asking for what was missed; none without a ledger. */
export function startLedgerWork(
  { configuration, openedLedger, reporter, deliveries }: LedgerWorkPorts,
  { publicUrl }: Settings,
  client: Client,
  log: Logger,
): { stop: () => Promise<void> } {
  if (!openedLedger) return { stop: () => Promise.resolve() };
  const { database, secrets } = openedLedger;
  const histories = maskedRuns(new TemporalRunHistories(client), secrets);
  const lanes = new TemporalLaneHistories(client);
  const work = [
    followInBackground(database, histories, statusesOf(configuration, histories, secrets), log),
    followLanesInBackground(database, lanes, secrets, log),
    forgetInBackground(database, configuration, log),
    sendInBackground(database, { reporter, configuration, publicUrl, log }),
    redeliverInBackground(database, { host: deliveries, configuration, log }),
  ];
  return {
    stop: async () => {
      await Promise.all(work.map((one) => one.stop()));
    },
  };
}
