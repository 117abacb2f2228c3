import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/process';

export interface RepositoryOptions {
  /** Folder that gets the bare repository, a clone of it and an empty home for git. */
  folder: string;
  /** The post-receive hook to install. */
  hook: string;
  /** What the hook sends, and where. */
  gateway: string;
  repository: string;
  secretFile: string;
  path: string;
}

/** A bare repository that reports each push, and a clone in which versions are committed. */
export interface ShopRepository {
  /** The bare repository, to be registered in sagaline.yaml. */
  url: string;
  /** Copies the files over the clone, commits and pushes; returns the full commit id and what the hook said. */
  push: (files: string, message: string) => Promise<{ commit: string; said: string }>;
}

const pushTimeoutMs = 60_000;

/** Makes the repository with its hook. Throws when git fails, with what git said. */
export async function createRepository(options: RepositoryOptions): Promise<ShopRepository> {
  const bare = join(options.folder, 'shop.git');
  const clone = join(options.folder, 'clone');
  const home = join(options.folder, 'home');
  await mkdir(home, { recursive: true });
  const env = gitEnvironment(home, options.path);
  const git = async (cwd: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> => {
    const result = await run(['git', ...args], { cwd, env, timeoutMs: pushTimeoutMs });
    if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${result.stderr.trim()}`);
    return result;
  };
  await git(home, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  await git(bare, 'config', 'sagaline.url', `${options.gateway}/hooks/github`);
  await git(bare, 'config', 'sagaline.repository', options.repository);
  await git(bare, 'config', 'sagaline.secretFile', options.secretFile);
  await symlink(options.hook, join(bare, 'hooks', 'post-receive'));
  await git(home, 'clone', '--quiet', bare, clone);
  return {
    url: bare,
    async push(files, message) {
      await cp(files, clone, { recursive: true, filter: (name) => !/\/(dist|node_modules)$/.test(name) });
      await git(clone, 'add', '--all');
      await git(clone, 'commit', '--quiet', '--message', message);
      const commit = (await git(clone, 'rev-parse', 'HEAD')).stdout.trim();
      const { stderr } = await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
      return { commit, said: stderr.replaceAll(/^remote: ?/gm, '').trim() };
    },
  };
}

/** Nothing of the user's own git settings may change the story. */
const gitEnvironment = (home: string, path: string): Record<string, string> => ({
  PATH: path,
  HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada Example',
  GIT_AUTHOR_EMAIL: 'ada@shop.example',
  GIT_COMMITTER_NAME: 'Ada Example',
  GIT_COMMITTER_EMAIL: 'ada@shop.example',
});
