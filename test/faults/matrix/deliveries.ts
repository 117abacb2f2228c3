import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { run } from '../../../src/process';
import { until } from '../../support/until';
import type { World } from '../../support/world';
import type { Delivered } from './stage';

async function git(cwd: string, ...args: string[]): Promise<string> {
  const result = await run(['git', ...args], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
  if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  return result.stdout.trim();
}

/** Lets `push` happen while the repository's hook reaches nobody. */
export async function unheard(
  folder: string,
  push: () => Promise<Delivered>,
  version: () => string,
): Promise<Delivered & { body: string }> {
  const bare = join(folder, 'git', 'shop.git');
  const before = await git(bare, 'rev-parse', 'refs/heads/main');
  const url = await git(bare, 'config', '--get', 'sagaline.url');
  await git(bare, 'config', 'sagaline.url', 'http://127.0.0.1:1/');
  await push().catch((error: unknown) => {
    if (!String(error).includes('was not accepted')) throw error;
  });
  await git(bare, 'config', 'sagaline.url', url);
  const commit = await git(bare, 'rev-parse', 'refs/heads/main');
  return { commit, version: version(), body: bodyOf(before, commit) };
}

/** The webhook of a push to the main branch. */
export const bodyOf = (before: string, after: string): string =>
  JSON.stringify({ ref: 'refs/heads/main', before, after, repository: { full_name: 'acme/shop' } });

/**
 * Sends a webhook, again and again until it is accepted, under one delivery id; returns the id of the event. Tells of each time
 * that nobody answered.
 */
export async function deliver(
  world: World,
  body: string,
  delivery: string = randomUUID(),
  unanswered: () => void = () => undefined,
): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': delivery,
    'x-hub-signature-256': `sha256=${createHmac('sha256', world.secret).update(body).digest('hex')}`,
  };
  const init = { method: 'POST', headers, body };
  return until('the webhook is accepted', async () => {
    const answer = await fetch(`${world.gateway()}/hooks/github`, init).catch(() => {
      unanswered();
      return undefined;
    });
    return answer?.status === 202 && ((await answer.json()) as { id: string }).id;
  });
}
