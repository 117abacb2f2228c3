import { Client, Connection } from '@temporalio/client';
import type { BenchContext } from '../bench';
import { addConfiguration, logSink } from '../configuration';
import type { Figure } from '../figures';
import { subjectFigures } from './subjects';
import { waitingFigures } from './waiting';
import { workerFigures } from './workers';

/** What grows and what that costs: events of one subject, runs that wait, workers. Linux only. */
export async function growthBench(context: BenchContext): Promise<Figure[]> {
  const { temporal, namespace } = context.stage.platform;
  await addConfiguration(context.folder, logSink);
  const connection = await Connection.connect({ address: temporal });
  try {
    const client = new Client({ connection, namespace });
    // The waiting runs come last, because they stay.
    const subjects = await subjectFigures(context, client);
    const workers = await workerFigures(context, client);
    return [...subjects, ...workers, ...(await waitingFigures(context, client))];
  } finally {
    await connection.close();
  }
}
