import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import type { BenchContext } from '../bench';
import { startChild } from '../child';
import { addConfiguration, logSink } from '../configuration';
import type { Figure } from '../figures';
import type { Contender } from './contender';
import { startDbos } from './dbos/start';
import { figuresOf } from './figures';
import { startGitlabCiLocal } from './gitlab-ci-local/start';
import type { PeerContext } from './peer-context';
import { startRestate } from './restate/start';
import { measureRounds, warmUp } from './rounds';
import { callingRuns, tellingRuns } from './runs';
import { byHandQueue, temporalByHand } from './temporal';

const peers: Record<string, (context: PeerContext) => Promise<Contender>> = {
  Restate: startRestate,
  'DBOS on PostgreSQL': startDbos,
  'gitlab-ci-local, not durable': startGitlabCiLocal,
};

/** Five trivial steps, and four of which three are undone: by our runs, by Temporal by hand and by peers, in turns. */
export async function peersBench(context: BenchContext): Promise<Figure[]> {
  const { folder, stage, setup, signal, say } = context;
  const { temporal, namespace } = stage.platform;
  await addConfiguration(folder, { ...logSink, network: { allow: ['127.0.0.0/8'] } });
  const missing: Record<string, string> = {};
  const contenders: Contender[] = [];
  const stopByHand = await startChild('by-hand/worker.js', [temporal, namespace, byHandQueue]);
  const connection = await Connection.connect({ address: temporal });
  try {
    const client = new Client({ connection, namespace });
    contenders.push(tellingRuns(client), await callingRuns(client));
    contenders.push(temporalByHand(client, 'ordinary'), temporalByHand(client, 'local'));
    for (const own of contenders) await warmUp(own);
    for (const [name, start] of Object.entries(peers)) {
      say(`${name} starts`);
      try {
        const peer = await start({ folder, setup, signal, log: pino({ level: 'silent' }) });
        contenders.push(peer);
        await warmUp(peer);
      } catch (error) {
        signal.throwIfAborted();
        missing[name] = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
        say(`${name}: ${missing[name]}`);
      }
    }
    const able = contenders.filter(({ name }) => !(name in missing));
    return figuresOf(able, await measureRounds(able, context), missing);
  } finally {
    for (const contender of contenders) await contender.stop();
    await connection.close();
    stopByHand();
  }
}
