import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('the built server answers, and ends by itself after SIGTERM', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'shop-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH, DATABASE_FILE: join(folder, 'database.json'), PORT: '0' };
  execFileSync(process.execPath, ['migrate', 'up'], { env });
  const server = spawn(process.execPath, ['dist/server.js'], { env });
  t.after(() => server.kill('SIGKILL'));
  const [line] = await once(server.stdout.setEncoding('utf8'), 'data');
  const port = /listens on (\d+)/.exec(line)[1];

  const ready = await fetch(`http://127.0.0.1:${port}/healthz`);
  assert.equal(ready.status, 200);
  assert.match(ready.headers.get('x-shop-version'), /^\d+\.\d+\.\d+$/);
  assert.equal((await fetch(`http://127.0.0.1:${port}/nothing`)).status, 404);

  server.kill('SIGTERM');
  const [code] = await once(server, 'exit');
  assert.equal(code, 0);
});
