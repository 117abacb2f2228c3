/** A delivery that is still missing after this many later ones is taken to be lost. */
const patience = 10;

/** A missing part of a ref's story: some push or pushes led from `after` to `before`. */
interface Gap {
  after: string | null;
  before: string | null;
  /** False when even `after` was doubtful, so that no push can be said to fill the gap. */
  isSure: boolean;
  /** Pushes that have come since. */
  age: number;
}

/** What a ref's inbox knows of its pushes; plain data. */
export interface PushMemory {
  /** False until the first push. */
  known: boolean;
  /** The last commit that the ref was taken to be at; null for a ref that does not exist. */
  head: string | null;
  /** False after a push whose place was doubtful, until one is confirmed to be the ref's head. */
  confirmed: boolean;
  /** Key of the last push that may have moved the head. */
  last: string | null;
  gaps: Gap[];
}

/** One change of a ref; `commit` is null for a deletion, `previousCommit` for a creation. */
export interface Push {
  key: string;
  commit: string | null;
  previousCommit: string | null;
}

/**
 * `in-order`: it follows what is known. `earlier`: a push that followed it has arrived already, so it is superseded.
 * `ask-head`: the chain is broken or ambiguous, and only the ref's present head may deploy.
 * A chain alone cannot order the pushes of a ref that leaves one commit several times; there the order of arrival counts.
 */
export type PushOrder = 'in-order' | 'earlier' | 'ask-head';

export const noPushes: PushMemory = { known: false, head: null, confirmed: false, last: null, gaps: [] };

/** True when the push starts where the ref certainly is: so does a force-push back to an old commit. */
export function followsHead(memory: PushMemory, push: Push): boolean {
  return memory.confirmed && memory.gaps.length === 0 && push.previousCommit === memory.head;
}

/** Where a push stands among those already known. */
export function pushOrder(memory: PushMemory, push: Push): PushOrder {
  if (!memory.known || followsHead(memory, push)) return 'in-order';
  // A push that fills a gap and also starts at the head may be a new one, as after a force-push back.
  const isEarlier = memory.gaps.some((gap) => fills(gap, push)) && push.previousCommit !== memory.head;
  return isEarlier ? 'earlier' : 'ask-head';
}

/** The memory once a push was put in its place. */
export function afterPush(memory: PushMemory, push: Push, order: PushOrder): PushMemory {
  const gaps = memory.gaps
    .filter((gap) => gap.age < patience && !fills(gap, push))
    .map((gap) => ({ ...gap, age: gap.age + 1 }));
  switch (order) {
    case 'earlier':
      return { ...memory, gaps };
    case 'in-order':
      return {
        known: true,
        head: push.commit,
        confirmed: true,
        last: push.key,
        gaps: memory.known ? gaps : gapBefore(push, memory),
      };
    case 'ask-head':
      return {
        ...memory,
        known: true,
        confirmed: false,
        last: push.key,
        gaps: [...gaps, ...gapBefore(push, memory)],
      };
  }
}

/** The memory once `push` was found to be the ref's head; a push that came later has the say. */
export function confirmHead(memory: PushMemory, push: Push): PushMemory {
  return memory.last === push.key ? { ...memory, confirmed: true, head: push.commit } : memory;
}

function fills(gap: Gap, push: Push): boolean {
  return gap.isSure && gap.after === push.previousCommit && gap.before === push.commit;
}

/** What is missing before a push; nothing is where it starts at the head or, being the first one, creates its ref. */
function gapBefore(push: Push, { head, confirmed, gaps }: PushMemory): Gap[] {
  const before = push.previousCommit;
  return before === head ? [] : [{ after: head, before, isSure: confirmed && gaps.length === 0, age: 0 }];
}
