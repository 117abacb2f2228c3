/** What a command writes to and reads from: handed in, so that a test can hand in another one. */
export interface Terminal {
  /** Writes a part of the answer as it is, without adding a line break. */
  write(text: string): void;
  /** Writes a part of what went wrong, or of what is not the answer itself. */
  complain(text: string): void;
  /** Absolute path of the folder that relative paths start from. */
  folder: string;
  /** Environment variables; src/config.ts reads this process's own when absent. */
  environment?: NodeJS.ProcessEnv;
}

/** Exit codes of every command; docs/cli.md lists them. */
export const exitCodes = {
  success: 0,
  /** The answer is no: a file is not valid, or the platform refused or did not answer. */
  refused: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The run that was followed closed as something else than `succeeded`. */
  notSucceeded: 3,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with an exit code; the message, when there is one, is shown to the person. */
export class CommandEnd extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message = '',
  ) {
    super(message);
  }
}

/** Writes a line of the answer. */
export function print(terminal: Terminal, line: string): void {
  terminal.write(`${line}\n`);
}

/** Writes the answer as one JSON document. */
export function printJson(terminal: Terminal, value: unknown): void {
  print(terminal, JSON.stringify(value, null, 2));
}
