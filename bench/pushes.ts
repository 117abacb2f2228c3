import { createHash, createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { github } from '../src/adapters/sources/github';
import type { SagalineEvent } from '../src/domain/event';
import { inboxId } from '../src/domain/identity';
import { signals, taskQueue, workflowTypes } from '../src/domain/messages';

/** A webhook of a push, as a vendor would send it. */
export interface PushHook {
  headers: Record<string, string>;
  body: Buffer;
}

const timeoutMs = 10_000;
const sendAgainMs = 50;
/** Milliseconds after which a sender gives up. */
const patienceMs = 120_000;
const commitOf = (ref: string, at: number): string =>
  createHash('sha1').update(`${ref}\n${at}`).digest('hex');

/** The push number `at` of a ref, following the one before it, signed with `secret`. */
export function pushHook(repository: string, ref: string, at: number, secret: string): PushHook {
  const [before, after] = [commitOf(ref, at - 1), commitOf(ref, at)];
  return movingHook({ repository, ref, before, after, message: 'Show how many are in stock' }, secret);
}

/** A push that moves a ref from one commit to another, or makes it where there is none before. */
interface Move {
  repository: string;
  ref: string;
  before: string | null;
  after: string;
  message: string;
}

/** The webhook of a push, signed with `secret`, as a delivery of its own. */
export function movingHook({ repository, ref, before, after, message }: Move, secret: string): PushHook {
  const author = { name: 'Ada Example', email: 'ada@shop.example' };
  const payload = {
    ref,
    before: before ?? '0'.repeat(40),
    after,
    created: before === null,
    deleted: false,
    repository: { full_name: repository, default_branch: 'main' },
    pusher: author,
    head_commit: { id: after, message, author },
  };
  const body = Buffer.from(JSON.stringify(payload));
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  return { headers, body };
}

/** The event that the gateway makes of the webhook. */
export function eventOf({ headers, body }: PushHook): SagalineEvent {
  const [reading] = github.read({ headers, body, receivedAt: new Date().toISOString() });
  if (!reading) throw new Error('the webhook was not read');
  return reading.event;
}

/** Hands an event to its inbox as the gateway does. */
export async function signalInbox(client: Client, project: string, event: SagalineEvent): Promise<void> {
  const { source, subject } = event;
  await client.workflow.signalWithStart(workflowTypes.inbox, {
    workflowId: inboxId(project, source, subject),
    taskQueue,
    signal: signals.deliver,
    signalArgs: [event],
    args: [{ project, source, subject }],
  });
}

/** Sends webhooks to one gateway over one connection. */
export class HookSender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1, noDelay: true });

  constructor(private readonly url: string) {}

  /** Returns when the whole answer is there; throws when it is not 202. */
  send({ headers, body }: PushHook): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers, agent: this.agent, timeout: timeoutMs };
      const sent = request(this.url, options, (answer) => {
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () => {
          if (answer.statusCode === 202) resolve();
          else reject(new Error(`the gateway answered ${answer.statusCode ?? 'nothing'}`));
        });
      });
      sent.once('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /**
   * Sends it again, as senders do, while it is refused because there is too much to do, or when the gateway closes an idle
   * connection at that moment. Throws when it is refused otherwise, or for long.
   */
  async sendUntilAccepted(hook: PushHook): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        await this.send(hook);
        return;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const mayPass = code === 'ECONNRESET' || message.includes('answered 503');
        if (!mayPass || performance.now() > deadline) throw error;
      }
      await sleep(sendAgainMs);
    }
  }

  close(): void {
    this.agent.destroy();
  }
}
