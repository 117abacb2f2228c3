import { displayed, displayedList } from './display';
import type { SagalineEvent } from './event';
import { globList, isNot } from './glob';
import type { Trigger } from './trigger-schema';
import type { Match } from './triggers';

/** Which files an event changed, or why nobody can say. */
export type ChangedPaths = { paths: readonly string[] } | { unknown: string };

/** Characters of patterns times characters of paths that are compared for one trigger. */
const maxWork = 20_000_000;

/** Whether a trigger asks which files have changed. */
export const asksForPaths = (trigger: Trigger): boolean => 'paths' in trigger && trigger.paths !== undefined;

/** What each filter of a trigger says of an event, in the order in which they are asked. */
export function filterAnswers(trigger: Trigger, event: SagalineEvent, changed: ChangedPaths): Match[] {
  const answers: Match[] = [];
  if ('branches' in trigger && trigger.branches) answers.push(ofBranch(trigger.branches, event));
  if ('tags' in trigger && trigger.tags)
    answers.push(ofName('tag', textOf(event.data['ref']), 'refs/tags/', trigger.tags));
  if ('paths' in trigger && trigger.paths) answers.push(ofPaths(trigger.paths, changed));
  return answers;
}

/** A pull request is about the branch that it wants to change. */
function ofBranch(patterns: readonly string[], { kind, data }: SagalineEvent): Match {
  if (kind === 'push') return ofName('branch', textOf(data['ref']), 'refs/heads/', patterns);
  const target = textOf(data['targetRef']);
  const full = target.startsWith('refs/') ? target : `refs/heads/${target}`;
  return ofName('target branch', full, 'refs/heads/', patterns);
}

function ofName(what: string, ref: string, prefix: string, patterns: readonly string[]): Match {
  if (!ref.startsWith(prefix)) return { matched: false, reason: `${displayed(ref)} is no ${what}` };
  const name = ref.slice(prefix.length);
  const decisive = globList(patterns).lastMatch(name);
  const subject = `${what} ${displayed(name)}`;
  if (decisive === undefined)
    return { matched: false, reason: `${subject} matches none of ${displayedList(patterns)}` };
  return isNot(decisive)
    ? { matched: false, reason: `${subject} is left out by ${displayed(decisive)}` }
    : { matched: true, reason: `${subject} matches ${displayed(decisive)}` };
}

/** One changed file that the patterns take is enough; what cannot be known must not keep a pipeline from its run. */
function ofPaths(patterns: readonly string[], changed: ChangedPaths): Match {
  if ('unknown' in changed) return unknown(changed.unknown);
  const { paths } = changed;
  if (lengthOf(patterns) * lengthOf(paths) > maxWork)
    return unknown(`${String(paths.length)} changed paths are too many for these patterns`);
  const list = globList(patterns);
  for (const path of paths) {
    const decisive = list.lastMatch(path);
    if (decisive !== undefined && !isNot(decisive))
      return { matched: true, reason: `${displayed(path)} matches ${displayed(decisive)}` };
  }
  const what = paths.length === 0 ? 'no path has changed' : `changed: ${displayedList(paths)}`;
  return { matched: false, reason: `paths ${displayedList(patterns)} match no changed file; ${what}` };
}

const unknown = (why: string): Match => ({ matched: true, reason: `paths count as matched: ${why}` });

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
