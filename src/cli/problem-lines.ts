/** A fault at a place of a file, from 1. */
export interface FileProblem {
  line: number;
  column: number;
  message: string;
}

/** Reads the detail of InvalidPipeline or InvalidConfiguration: `file:line:column: message`, one problem a line. */
export function problemsIn(file: string, detail: string): FileProblem[] {
  const problems: FileProblem[] = [];
  for (const line of detail.split('\n')) {
    const rest = line.startsWith(`${file}:`) ? line.slice(file.length) : '';
    const found = /^:(?<line>\d+):(?<column>\d+): (?<message>.*)$/.exec(rest)?.groups;
    const last = problems.at(-1);
    if (found) {
      const { line: row, column, message = '' } = found;
      problems.push({ line: Number(row), column: Number(column), message });
    } else if (last) last.message += `\n${line}`;
    else problems.push({ line: 1, column: 1, message: line });
  }
  return problems;
}
