import { setTimeout as sleep } from 'node:timers/promises';
import { countAnswers, exposureTo, type Stretch } from './answers';
import type { Control, RunSeen } from './control';
import type { Display } from './display';
import { followRun } from './follow';
import { type Chapter, type DemoResult, differences } from './result';
import { readCanary, type Rollback } from './canary-history';
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
type Draft = Omit<Chapter, 'requests' | 'failed' | 'answered' | 'exposure' | 'rollbackMs'> & {
  pushedAt: number;
  rollback: Rollback | undefined;
};

const runTimeoutMs = 60_000;

/** Time in ms for the last answers of an earlier version to come in before the next push. */
const settleMs = 500;

/** Pushes the versions one after another under live traffic, up to the first that does not end as it must. */
export async function tell(versions: Version[], cast: Cast): Promise<Omit<DemoResult, 'ms'>> {
  const { traffic, stage, signal } = cast;
  const drafts: Draft[] = [];
  for (const version of versions) {
    const draft = await release(version, cast);
    drafts.push(draft);
    await sleep(settleMs, undefined, { signal });
    if (draft.status !== draft.expected) break;
  }
  await traffic.stop();
  const chapters = drafts.map((draft, at) => counted(draft, drafts[at + 1]?.pushedAt ?? Infinity, traffic));
  const live = await liveNow(cast);
  const { webUi = null, gateway } = stage.platform;
  return { chapters, live, webUi, gateway, problems: differences(chapters, live) };
}

async function liveNow({ control, traffic }: Cast): Promise<DemoResult['live']> {
  const { live } = await control.lane('shop', 'production').catch(() => ({ live: null }));
  return { version: traffic.answers.at(-1)?.version ?? null, commit: live?.commit ?? null };
}

async function release(version: Version, { stage, control, traffic, display, signal }: Cast): Promise<Draft> {
  display.act(version.title);
  const before = await stage.databaseVersion();
  const pushedAt = Date.now();
  const { commit, said } = await stage.repository.push(version.files, version.message);
  display.line('push', {
    name: 'git push',
    state: 'done',
    detail: `${commit.slice(0, 12)}, ${withoutId(said)}`,
  });
  const run = await followRun({
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
  const reason = run.status !== 'succeeded' && run.reason !== null ? `: ${run.reason}` : '';
  display.line('run', { name: 'run', state, detail: `${run.status}${reason}` });
  const canary = await readCanary(stage.platform, run.id);
  return {
    version: version.version,
    commit,
    run: run.id,
    expected: version.ends,
    status: run.status,
    reason: run.reason,
    pushedAt,
    ms,
    database: { before, after: await stage.databaseVersion() },
    undone: undoneIn(run),
    weights: canary?.weights ?? [],
    rollback: canary?.rollback,
  };
}

/** Steps that were undone, in the order in which that began. */
function undoneIn({ compensations }: RunSeen): string[] {
  return compensations
    .filter(({ status }) => status === 'succeeded')
    .sort((a, b) => Date.parse(a.startedAt ?? '') - Date.parse(b.startedAt ?? ''))
    .map(({ step }) => step);
}

/** The pusher gets the event's id to ask for it later; on the screen it would hide the rest. */
const withoutId = (said: string): string => said.replace(/, event \S+$/, '');

/** Adds what users met from this push to the next, so that no answer falls between two chapters. */
function counted({ pushedAt, rollback, ...draft }: Draft, nextPushAt: number, { answers }: Traffic): Chapter {
  const chapter: Stretch = { from: pushedAt, to: nextPushAt - 0.001 };
  return {
    ...draft,
    ...countAnswers(answers, chapter),
    answered: answers.filter(({ version }) => version === draft.version).length,
    exposure: (rollback && exposureTo(answers, draft.version, rollback.candidacy)) ?? null,
    rollbackMs: rollback?.ms ?? null,
  };
}
