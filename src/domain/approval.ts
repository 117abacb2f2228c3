import type { ErrorCode } from './errors';
import type { ApprovalRequest } from './operator';

/** What a person says; by the `temporal` command, names beside the actor may be left out. */
export type Approval = Pick<ApprovalRequest, 'actor' | 'teams'> &
  Partial<Pick<ApprovalRequest, 'aliases' | 'reason'>>;

/** Something that waits for people to approve it. */
export interface OpenApproval {
  /** Id of the step, `freeze` or `fork`. */
  id: string;
  /** Teams whose members may decide. */
  teams: string[];
  /** People who must approve. */
  count: number;
  authorMayApprove: boolean;
  /** Whether everybody may decide who may act on runs at all. */
  anybody?: true;
  /** Who has approved so far. */
  approved: string[];
}

/** Whether somebody is a member of one of these teams; `*` makes a member of each, and nobody is one of none. */
export const isMemberOf = (person: Pick<Approval, 'teams'>, teams: readonly string[]): boolean =>
  person.teams.includes('*') ? teams.length > 0 : teams.some((team) => person.teams.includes(team));

/** Why this person may not decide, or undefined when they may. `author` is the author of the change as its source says it. */
export function judgeApproval(
  open: OpenApproval,
  person: Approval,
  author: string | null,
): { code: ErrorCode; reason: string } | undefined {
  if (!isMemberOf(person, open.teams) && open.anybody === undefined) {
    const who = open.teams.length > 0 ? `members of ${open.teams.join(', ')}` : 'nobody';
    return { code: 'NotAllowed', reason: `${who} may decide on ${open.id}, ${person.actor} is none of them` };
  }
  if (!open.authorMayApprove && author !== null && isAuthor(person, author)) {
    return {
      code: 'NotAllowed',
      reason: `${person.actor} is the author of the change and may not approve it`,
    };
  }
  if (open.approved.includes(person.actor)) {
    return { code: 'WrongState', reason: `${person.actor} has approved ${open.id} already` };
  }
  return undefined;
}

/** An author is a login, a name, an address, or `Name <address>`; any part that is one of the person's names counts. */
function isAuthor({ actor, aliases = [] }: Approval, author: string): boolean {
  const parts = [author, ...author.split(/[<>]/)].map(normal).filter((part) => part !== '');
  return [actor, ...aliases].map(normal).some((name) => parts.includes(name));
}

const normal = (name: string): string => name.trim().toLowerCase();
