import { z } from 'zod';
import { eventListSchema } from '../answers';
import { isThisMachine } from '../../domain/network';
import { type GatewayOptions, openControl } from '../gateway-options';
import { CommandEnd, type Terminal } from '../terminal';
import { doubtful, fine, type Finding, wrong } from './finding';

const answerMs = 10_000;
const healthSchema = z.looseObject({ status: z.string() });
const whoamiSchema = z.looseObject({ name: z.string(), role: z.string() });

/** Difference of clocks in ms from which times are hard to compare, and from which signed deliveries are refused. */
const skew = { doubtful: 5_000, wrong: 300_000 };

/** Whether what is sent to the gateway can be read on its way. */
export function addressFinding(url: URL): Finding {
  if (url.protocol === 'https:') return fine('address', `${url.origin} is encrypted`);
  if (isThisMachine(url)) return fine('address', `${url.origin} does not leave this machine`);
  return doubtful(
    'address',
    `${url.origin} is plain HTTP, so that tokens can be read on their way`,
    'Use TLS: SAGALINE_TLS_CERT and SAGALINE_TLS_KEY at the gateway, or a proxy before it.',
  );
}

/** Whether two clocks agree, from the gateway's Date header and this machine's time in ms since 1970. */
export function clockFinding(date: string | null, now: number): Finding {
  const there = Date.parse(date ?? '');
  const toDo = 'Let both machines keep their time by NTP.';
  if (Number.isNaN(there)) return doubtful('clock', 'the gateway does not tell its time', toDo);
  // The header says whole seconds.
  const ms = Math.max(0, Math.abs(now - there) - 1000);
  const says = `differs from the gateway's by ${String(Math.round(ms / 1000))} s`;
  if (ms >= skew.wrong) return wrong('clock', says, toDo);
  return ms >= skew.doubtful ? doubtful('clock', says, toDo) : fine('clock', says);
}

/** Whether the gateway, and Temporal and the ledger behind it, answer; what lies behind a failure is not asked. */
export async function gatewayFindings(
  url: URL,
  options: GatewayOptions,
  terminal: Terminal,
): Promise<Finding[]> {
  const answer = await fetch(new URL('/healthz', url), {
    redirect: 'error',
    signal: AbortSignal.timeout(answerMs),
  }).catch(() => undefined);
  if (answer?.ok !== true) {
    const says = answer
      ? `answers ${String(answer.status)} at ${url.origin}`
      : `does not answer at ${url.origin}`;
    const toDo = 'Start the platform with `npm start`, or name another gateway with --url or SAGALINE_URL.';
    return [wrong('gateway', says, toDo)];
  }
  const clock = clockFinding(answer.headers.get('date'), Date.now());
  const found = [fine('gateway', `answers at ${url.origin}`), clock];
  try {
    const control = openControl(options, terminal);
    const asked = [
      await asking('token', async () => {
        const { name, role } = await control.get('/whoami', whoamiSchema);
        return `is that of ${name}, role ${role}`;
      }),
      await asking('Temporal', async () => {
        await control.get('/readyz', healthSchema);
        return 'answers the gateway';
      }),
      await asking('ledger', async () => {
        await control.get('/events?limit=1', eventListSchema);
        return 'answers the gateway';
      }),
    ];
    return [...found, ...asked];
  } catch (error) {
    return [...found, refusal('token', error)];
  }
}

async function asking(check: string, ask: () => Promise<string>): Promise<Finding> {
  try {
    return fine(check, await ask());
  } catch (error) {
    return refusal(check, error);
  }
}

/** The first line of what a command would say, and the rest as what to do. */
function refusal(check: string, error: unknown): Finding {
  if (!(error instanceof CommandEnd)) throw error;
  const [says = '', ...toDo] = error.message.split('\n');
  return wrong(check, says, toDo.join(' ') || 'Name another with SAGALINE_TOKEN or --token-file.');
}
