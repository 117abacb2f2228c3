#!/usr/bin/env node
// Tells a Sagaline gateway of every push to this repository, in the form and with the signature of GitHub's webhook.
// To install it in a bare repository: ln -s <this file> hooks/post-receive, and
//   git config sagaline.url http://127.0.0.1:8080/hooks/github
//   git config sagaline.repository acme/shop
//   git config sagaline.secretFile <a file that holds the source's secret and that only git's user may read>
import { execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const attempts = 5;
const timeoutMs = 10_000;

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const setting = (name) => git('config', '--get', `sagaline.${name}`);
const isNone = (commit) => /^0+$/.test(commit);

const [url, repository] = [setting('url'), setting('repository')];
const secret = readFileSync(setting('secretFile'), 'utf8').trim();

for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const [before, after, ref] = line.split(' ');
  try {
    console.log(`sagaline: ${ref} ${await deliver(JSON.stringify(push(before, after, ref)))}`);
  } catch (error) {
    // The push itself has happened: all that is left is to say what is missing.
    console.log(`sagaline: ${ref} was NOT delivered to ${url}: ${error.cause?.message ?? error.message}`);
  }
}

/** The part of GitHub's push payload that tells what moved where. */
function push(before, after, ref) {
  const deleted = isNone(after);
  return {
    ref,
    before,
    after,
    created: isNone(before),
    deleted,
    repository: { full_name: repository, default_branch: git('symbolic-ref', '--short', 'HEAD') },
    pusher: { name: process.env.USER ?? 'git' },
    head_commit: deleted ? null : commit(after),
  };
}

function commit(id) {
  const [name, email, timestamp, ...message] = git('show', '-s', '--format=%an%n%ae%n%cI%n%B', id).split(
    '\n',
  );
  return { id, timestamp, message: message.join('\n').trim(), author: { name, email } };
}

/** Sends one payload until the gateway has taken it: it is taken once, however often it is sent under one delivery id. */
async function deliver(body) {
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await answer.text()).trim();
    if (answer.status === 202) return `accepted, event ${JSON.parse(text).id}`;
    if (answer.status !== 503 || attempt === attempts) throw new Error(`${answer.status} ${text}`);
    await sleep(1000 * Number(answer.headers.get('retry-after') ?? 1));
  }
}
