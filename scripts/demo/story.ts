import { setTimeout as sleep } from 'node:timers/promises';
import { countAnswers, exposureTo } from './answers';
import type { Control } from './control';
import type { Display } from './display';
import { followRun } from './follow';
import { type Chapter, type DemoResult, differences } from './result';
import { measureRollback } from './rollback-time';
import type { Stage } from './stage';
import type { Traffic } from './traffic';
import type { Version } from './versions';

/** Who plays. */
export interface Cast {
  stage: Stage;
  control: Control;
  traffic: Traffic;
  display: Display;
  signal: AbortSignal;
}

/** A chapter before its answers are counted: that needs the time of the next push. */
type Draft = Omit<Chapter, 'requests' | 'failed' | 'exposure'> & { pushedAt: number };

const runTimeoutMs = 60_000;

/** Time in ms for the last answers of an earlier version to come in before the next push. */
const settleMs = 500;

/** Pushes the versions one after another under live traffic and returns what came of each. */
export async function tell(versions: Version[], cast: Cast): Promise<Omit<DemoResult, 'ms'>> {
  const { control, traffic, stage, signal } = cast;
  const drafts: Draft[] = [];
  for (const version of versions) {
    drafts.push(await release(version, cast));
    await sleep(settleMs, undefined, { signal });
  }
  await traffic.stop();
  const { live } = await control.lane('shop', 'production');
  const chapters = drafts.map((draft, at) => counted(draft, drafts[at + 1]?.pushedAt ?? Infinity, traffic));
  const seen = { version: traffic.answers.at(-1)?.version ?? null, commit: live?.commit ?? null };
  const { webUi, gateway } = stage.platform;
  return { chapters, live: seen, webUi, gateway, problems: differences(chapters, seen) };
}

async function release(version: Version, { stage, control, traffic, display, signal }: Cast): Promise<Draft> {
  display.act(version.title);
  const before = await stage.databaseVersion();
  const pushedAt = Date.now();
  const { commit, said } = await stage.repository.push(version.files, version.message);
  display.line('push', { name: 'git push', state: 'done', detail: said });
  const { run, weights } = await followRun({
    control,
    commit,
    display,
    signal,
    timeoutMs: runTimeoutMs,
    async onLook() {
      await traffic.beginWhenOpen();
      display.pulse(traffic.pulse());
    },
  });
  const ms = Date.now() - pushedAt;
  const state = run.status === version.ends ? 'done' : 'failed';
  display.line('run', { name: 'run', state, detail: `${run.status}${run.reason ? `: ${run.reason}` : ''}` });
  return {
    version: version.version,
    commit,
    run: run.id,
    expected: version.ends,
    status: run.status,
    reason: run.reason,
    pushedAt,
    ms,
    weights,
    database: { before, after: await stage.databaseVersion() },
    undone: run.compensations.filter(({ status }) => status === 'succeeded').map(({ step }) => step),
    rollbackMs: run.status === 'rolled-back' ? await rollbackOf(stage, run.id) : null,
  };
}

async function rollbackOf({ platform }: Stage, run: string): Promise<number | null> {
  return (await measureRollback(platform.temporal, platform.namespace, run, 'release')) ?? null;
}

/** Adds what users met from this push to the next, so that no answer falls between two chapters. */
function counted({ pushedAt, ...draft }: Draft, nextPushAt: number, { answers }: Traffic): Chapter {
  return {
    ...draft,
    ...countAnswers(answers, { from: pushedAt, to: nextPushAt - 0.001 }),
    exposure: exposureTo(answers, draft.version) ?? null,
  };
}
