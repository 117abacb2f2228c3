import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '../../src/target/free-port';
import { spawnGroup } from '../../src/process';
import { devServerAddress } from '../setup/temporal';

const main = join(__dirname, '../../dist/src/gateway/main.js');

it('says that it is ready, and ends by itself on SIGTERM although a sender never finishes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-shutdown-'));
  const port = await freePort();
  const group = spawnGroup([process.execPath, main], {
    cwd: folder,
    env: {
      TEMPORAL_ADDRESS: devServerAddress(),
      SAGALINE_STATE: folder,
      SAGALINE_PORT: String(port),
      SAGALINE_SECRET_GITHUB: 'a secret',
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    expect(await once(group.child, 'message')).toContain('ready');
    const sender = connect(port, '127.0.0.1').on('error', () => undefined);
    const head = ['POST /hooks/github HTTP/1.1', 'Host: x', 'Content-Type: application/json'];
    // The interim answer shows that the request is open.
    sender.write(`${[...head, 'Expect: 100-continue', 'Content-Length: 9'].join('\r\n')}\r\n\r\n`);
    await once(sender, 'data');
    const rest = text(sender);
    group.kill('SIGTERM');
    expect(await group.exited).toEqual({ code: 0, signal: null });
    await rest;
  } finally {
    await group.stop(0);
    await rm(folder, { recursive: true, force: true });
  }
});
