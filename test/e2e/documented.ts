import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = readFileSync(join(__dirname, '../../docs/operating.md'), 'utf8');

/** A section of docs/operating.md by its heading, up to the next heading of the same level. */
export function section(heading: string): string {
  const found = document.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`));
  if (found === undefined) throw new Error(`docs/operating.md has no section "${heading}"`);
  return found;
}

/** The `temporal` commands of a section by the comment above each, as a person copies them, without `temporal`. */
export function commandsOf(heading: string): Map<string, string> {
  const blocks = [...section(heading).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const lines = blocks
    .join('')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return new Map(
    lines.flatMap((line, at) => {
      const command = /^temporal (.+)$/.exec(line)?.[1];
      return command === undefined
        ? []
        : [[/^# (.+)$/.exec(lines[at - 1] ?? '')?.[1] ?? line, command] as const];
    }),
  );
}

/**
 * The arguments of a documented command with its `<placeholders>` filled in, as a shell would split them. Throws when a
 * value is missing.
 */
export function argumentsOf(command: string, values: Record<string, string>): string[] {
  const filled = command.replace(/<([^>]+)>/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${command}: nothing is known for ${placeholder}`);
    return value;
  });
  return [...filled.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
