import { execFileSync } from 'node:child_process';
import { arch, availableParallelism, release, totalmem, type } from 'node:os';
import type { Measured } from './results';

/** What figures were measured on. */
export const machine = (): Measured['machine'] => ({
  cores: availableParallelism(),
  memoryGib: Math.round(totalmem() / 1024 ** 3),
  system: `${type()} ${release()} ${arch()}`,
  node: process.version,
});

/** The commit that is checked out, with `+` where files differ from it; `unknown` outside of a repository. */
export function checkedOut(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: __dirname,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}
