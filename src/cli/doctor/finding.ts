/** What is known about one thing that was looked at. */
export interface Finding {
  /** What was looked at, in one or two words. */
  check: string;
  level: 'fine' | 'doubtful' | 'wrong';
  /** One sentence; never holds the value of a secret. */
  says: string;
  /** What a person can do about it; null where nothing needs to be done. */
  whatToDo: string | null;
}

export const fine = (check: string, says: string): Finding => ({
  check,
  level: 'fine',
  says,
  whatToDo: null,
});

export const doubtful = (check: string, says: string, whatToDo: string): Finding => ({
  check,
  level: 'doubtful',
  says,
  whatToDo,
});

export const wrong = (check: string, says: string, whatToDo: string): Finding => ({
  check,
  level: 'wrong',
  says,
  whatToDo,
});

/** A line for each finding, and below it what to do. */
export function findingLines(findings: readonly Finding[]): string[] {
  const lines = findings.flatMap(({ check, level, says, whatToDo }) => [
    `${level.padEnd(8)}  ${check}: ${says}`,
    ...(whatToDo === null ? [] : [`${' '.repeat(10)}${whatToDo}`]),
  ]);
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
  return [
    ...lines,
    `${String(count('wrong'))} wrong, ${String(count('doubtful'))} doubtful, ${String(count('fine'))} fine`,
  ];
}
