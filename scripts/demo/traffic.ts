import type { Answer } from './answers';
import { type Load, startLoad } from './load';

/** The users of the shop: nobody before there is a first release, then a steady stream to the end. */
export interface Traffic {
  answers: Answer[];
  /** Begins the stream when the shop answers for the first time; harmless to call again. */
  beginWhenOpen: () => Promise<void>;
  /** One line on the last second. */
  pulse: () => string;
  stop: () => Promise<void>;
}

const probeTimeoutMs = 1000;
const versionHeader = 'x-shop-version';

export function createTraffic(url: string, perSecond: number, failed: (error: Error) => void): Traffic {
  let load: Load | undefined;
  let isStopped = false;
  const answers: Answer[] = [];
  return {
    answers,
    async beginWhenOpen() {
      if (load || isStopped || !(await isOpen(url))) return;
      load = startLoad(url, perSecond, answers, failed);
    },
    pulse: () => pulseOf(answers),
    async stop() {
      isStopped = true;
      await load?.stop();
    },
  };
}

async function isOpen(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) });
    await answer.text();
    return answer.headers.has(versionHeader);
  } catch {
    return false;
  }
}

function pulseOf(answers: Answer[]): string {
  const since = Date.now() - 1000;
  const recent: Answer[] = [];
  for (let at = answers.length - 1; at >= 0; at--) {
    const answer = answers[at];
    if (!answer || answer.at < since) break;
    recent.push(answer);
  }
  if (recent.length === 0) return '';
  const counts = new Map<string, number>();
  for (const { version } of recent) counts.set(version ?? 'none', (counts.get(version ?? 'none') ?? 0) + 1);
  const share = (count: number) => `${((count / recent.length) * 100).toFixed(0)} %`;
  const versions = [...counts].sort(([a], [b]) => a.localeCompare(b));
  const failed = recent.filter(({ status }) => status < 200 || status >= 400).length;
  const parts = versions.map(([version, count]) => `${version} ${share(count)}`);
  return `${String(recent.length)} requests a second: ${parts.join(', ')}; failing ${share(failed)}`;
}
