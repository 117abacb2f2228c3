import Table from 'cli-table3';
import type { Chapter, DemoResult } from './result';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)} %`;

const happened: Record<string, string> = {
  succeeded: 'live',
  'rolled-back': 'rolled back',
  failed: 'nothing deployed',
};

function row({ version, status, requests, failed, weights, exposure, ms }: Chapter): string[] {
  const shares = weights.map((weight) => `${String(weight)} %`).join(' > ');
  const met = status === 'rolled-back' && exposure ? `, met by ${String(exposure.requests)}` : '';
  const canary = shares ? `${shares}${met}` : '-';
  return [version, happened[status] ?? status, status, String(requests), String(failed), canary, seconds(ms)];
}

/** The story in one table, and in words what users met of the bad version. */
export function report({ chapters, live, ms, webUi, gateway }: DemoResult, colour: boolean): string {
  const table = new Table({
    head: ['version', 'what happened', 'run', 'requests', 'failed', 'canary', 'push to end'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left', 'right'],
    style: { head: colour ? ['bold'] : [], border: colour ? ['gray'] : [] },
  });
  for (const chapter of chapters) table.push(row(chapter));
  const lines = chapters.flatMap(({ version, status, exposure, rollbackMs, database }) => {
    if (status !== 'rolled-back' || !exposure) return [];
    const { requests, requestsBeside, share, failed, failingMs } = exposure;
    return [
      `Version ${version} met ${String(requests)} of ${String(requestsBeside)} requests (${percent(share)}); ${String(failed)} of them failed.`,
      `From its first bad answer to its last: ${failingMs === null ? '-' : `${failingMs.toFixed(0)} ms`}.`,
      `From the failing measurement to 100 % stable: ${rollbackMs === null ? 'not measured' : `${rollbackMs.toFixed(0)} ms`}.`,
      `Its migration was undone: the database is at version ${String(database.after)}, as before.`,
    ];
  });
  lines.push(`Live at the end: ${live.version ?? 'nothing'}. The whole story took ${seconds(ms)}.`);
  lines.push(`Web UI ${webUi ?? 'none'}   gateway ${gateway}`);
  return `${table.toString()}\n${lines.join('\n')}`;
}
