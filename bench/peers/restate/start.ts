import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listening } from '../../../scripts/setup/listening';
import { findNewerNode } from '../../../scripts/setup/newer-node';
import { installWithNpm } from '../../../scripts/setup/npm';
import { startService } from '../../../src/platform/service';
import { freePort } from '../../../src/target/free-port';
import type { Contender } from '../contender';
import { startOrderedChild } from '../ordered-child';
import { type PeerContext, source } from '../peer-context';
import { works } from '../trivial';

/** Restate as it is shipped: one node on a folder of its own, and a service in a process beside it. */
export async function startRestate({ folder, setup, log, signal }: PeerContext): Promise<Contender> {
  const title = 'Restate';
  // Its SDK calls Promise.withResolvers.
  const { path: node } = await findNewerNode(setup);
  const packages = await installWithNpm(setup, { title, name: 'restate', from: source('restate') });
  const state = join(folder, 'restate');
  await mkdir(state, { recursive: true });
  const [own, ingress, admin, service] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const binary = `node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`;
  const server = await startService({
    name: 'restate',
    argv: [join(packages, binary), '--base-dir', state, '--listen-mode', 'tcp', '--no-logo'],
    env: {
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_BIND_PORT: String(own),
      RESTATE_ADVERTISED_HOST: '127.0.0.1',
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${String(ingress)}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${String(admin)}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
    },
    cwd: state,
    logFile: join(state, 'server.log'),
    untilReady: async (_group, ended) => {
      const both = AbortSignal.any([signal, ended, AbortSignal.timeout(60_000)]);
      for (const port of [admin, ingress]) await listening(port, both);
    },
    log,
  });
  try {
    const urls = [ingress, admin].map((port) => `http://127.0.0.1:${String(port)}`);
    const child = await startOrderedChild('restate/main.js', [packages, ...urls, String(service)], node);
    return {
      name: title,
      works,
      manyAtOnce: true,
      measure: child.measure,
      async stop() {
        child.stop();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
