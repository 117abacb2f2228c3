import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GitRepositories } from '../../../src/adapters/repositories/git';
import { parseConfiguration } from '../../../src/domain/configuration-file';
import { run } from '../../../src/process';

const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];

/** A real repository with one branch, and the platform's git adapter that has it registered as acme/shop. */
export interface GitFixture {
  folder: string;
  origin: string;
  repositories: GitRepositories;
  git: (...args: string[]) => Promise<string>;
  /** Writes the files, commits them, and returns the full commit id. */
  commit: (files: Record<string, string>) => Promise<string>;
  remove: () => Promise<void>;
}

export async function createGitFixture(url?: string): Promise<GitFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-git-'));
  const origin = join(folder, 'origin');
  await mkdir(origin);
  const path = process.env['PATH'] ?? '';
  const git = async (...args: string[]) => {
    const env = { PATH: path, HOME: folder };
    const result = await run(['git', ...author, ...args], { cwd: origin, env });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  };
  await git('init', '-q', '-b', 'main');
  const yaml = `apiVersion: sagaline/v1\nrepositories: [{ name: acme/shop, url: ${JSON.stringify(url ?? origin)} }]\n`;
  const configuration = { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)) };
  return {
    folder,
    origin,
    git,
    repositories: new GitRepositories({
      mirrors: join(folder, 'mirrors'),
      configuration,
      secret: () => 'secret',
      path,
    }),
    async commit(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(origin, name)), { recursive: true });
        await writeFile(join(origin, name), text);
      }
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', 'change');
      return git('rev-parse', 'HEAD');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
