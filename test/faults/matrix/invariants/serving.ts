import type { Played } from '../cell';

/** Answers that show what is served. */
const enough = 100;

/** I3: bad answers end in time, and after the end every request reaches the expected release. */
export async function usersAreServed({ stage, cell, at, from, version }: Played): Promise<string[]> {
  const { load, good } = stage;
  const { badMs, badCandidate = false } = cell.fault;
  const allowed = at + (badMs?.(cell.moment) ?? 0);
  const after = load.answers.length;
  await load.more(enough, good.version);
  const late = load.answers.slice(from).filter((answer) => {
    if (answer.status === 200 || (badCandidate && answer.version === version)) return false;
    return sentAt(answer) > allowed || badMs === undefined;
  });
  const found = [];
  if (late.length > 0) {
    const last = Math.max(...late.map((answer) => sentAt(answer) - at));
    const what = [
      ...new Set(late.map((answer) => `${String(answer.status)} of ${answer.version ?? 'nobody'}`)),
    ];
    const slowest = Math.max(...late.map(({ ms }) => ms));
    found.push(
      `I3: ${String(late.length)} bad answers (${what.join(', ')}) until ${last.toFixed(0)} ms after the fault, after ${slowest.toFixed(0)} ms at most`,
    );
  }
  // Requests under way when the lane was settled may still be answered by the candidate.
  const others = [...load.versions(after + enough / 2)].filter((one) => one !== null && one !== good.version);
  if (others.length > 0)
    found.push(`I3: after the end ${others.join(', ')} answered instead of ${good.version}`);
  return found;
}

/** For an answer `at` is the time of its arrival; for a request without one it is when that was sent. */
const sentAt = ({ at, ms, status }: { at: number; ms: number; status: number }) =>
  status === 0 ? at : at - ms;
