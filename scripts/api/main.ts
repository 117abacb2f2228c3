import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoPlatform } from '../demo/platform';

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
].join(',');

/**
 * Reads every history there is, each time; answers 500, as documented, to what another key has encrypted; takes minutes,
 * because Schemathesis tries to make names of repositories from their pattern.
 */
const leftOut = ['postLedgerRebuild', 'postCodecDecode', 'postRuns'].flatMap((id) => [
  '--exclude-operation-id',
  id,
]);

/** Calls a platform of its own by its OpenAPI document; arguments are further ones of Schemathesis. Returns its exit code. */
async function main(more: readonly string[]): Promise<number> {
  const command = process.env['SAGALINE_TEST_SCHEMATHESIS'];
  if (command === undefined) throw new Error('run it by `npm run test:api`, which finds Schemathesis');
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-api-'));
  const configFile = join(folder, 'sagaline.yaml');
  await writeFile(configFile, 'apiVersion: sagaline/v1\n');
  const platform = await startDemoPlatform({
    state: join(folder, 'state'),
    configFile,
    environment: process.env,
    secrets: { SAGALINE_ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` },
  });
  try {
    const options = ['--header', `Authorization: Bearer ${platform.token}`, '--checks', checks];
    const bounds = ['--seed', '1', '--max-examples', '10', '--max-time', '60', ...leftOut];
    // A filter with a pattern makes it throw away many examples, which is no fault of the API.
    const quiet = ['--suppress-health-check', 'filter_too_much', '--no-shrink'];
    const argv = ['run', `${platform.gateway}/openapi.json`, ...options, ...bounds, ...quiet, ...more];
    const child = spawn(command, argv, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await platform.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
