import { join } from 'node:path';
import { endingWithUs } from '../../../src/guard';
import { spawnGroup } from '../../../src/process';
import { freePort } from '../../../src/target/free-port';
import { until } from '../../support/until';

const stopGraceMs = 5000;

/** A link that can be disturbed. */
export interface Link {
  /** Port on which the other side is reached. */
  port: number;
  cut: () => Promise<void>;
  /** Adds a disturbance each way, as https://github.com/Shopify/toxiproxy names them. */
  disturb: (type: 'latency' | 'reset_peer', attributes: Record<string, number>) => Promise<void>;
  /** Takes all of it back. */
  mend: () => Promise<void>;
}

export interface Links {
  /** A link to a port of this machine. */
  to: (name: string, port: number) => Promise<Link>;
  stop: () => Promise<void>;
}

/** Starts toxiproxy, whose path SAGALINE_TEST_TOXIPROXY says; `npm run test:faults` finds or builds it. */
export async function startLinks(): Promise<Links> {
  const path = process.env['SAGALINE_TEST_TOXIPROXY'];
  if (path === undefined || path === '') throw new Error('SAGALINE_TEST_TOXIPROXY is not set');
  const port = await freePort();
  const argv = [path, '-host', '127.0.0.1', '-port', String(port)];
  const group = spawnGroup(endingWithUs(argv, 'TERM'), {
    cwd: '/',
    env: { LOG_LEVEL: 'fatal' },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const call = async (to: string, body: object = {}) => {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${String(port)}${to}`, init);
    if (!answer.ok) throw new Error(`toxiproxy ${to}: ${await answer.text()}`);
  };
  await until('toxiproxy answers', () =>
    call('/reset').then(
      () => true,
      () => false,
    ),
  );
  return {
    async to(name, upstream) {
      const listen = await freePort();
      await call('/proxies', {
        name,
        listen: `127.0.0.1:${String(listen)}`,
        upstream: `127.0.0.1:${String(upstream)}`,
      });
      const own = join('/proxies', name);
      return {
        port: listen,
        cut: () => call(own, { enabled: false }),
        async disturb(type, attributes) {
          for (const stream of ['upstream', 'downstream'])
            await call(`${own}/toxics`, { type, stream, attributes });
        },
        mend: () => call('/reset'),
      };
    },
    stop: () => group.stop(stopGraceMs),
  };
}
