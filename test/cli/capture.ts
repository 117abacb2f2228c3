import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommandLine } from '../../src/cli/program';

/** What a command line printed, and its exit code. */
export interface Said {
  code: number;
  out: string;
  err: string;
}

/** Executes one command line in this process. */
export async function sagaline(
  words: readonly string[],
  { folder = process.cwd(), environment = {} }: { folder?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await runCommandLine(words, {
    write: (text) => void (said.out += text),
    complain: (text) => void (said.err += text),
    folder,
    environment,
  });
  return { code, ...said };
}

/** An empty folder with these files in it, by path. */
export function folderWith(files: Readonly<Record<string, string>> = {}): {
  folder: string;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'sagaline-cli-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
