import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { PlatformConfiguration } from '../../domain/configuration';
import { SagalineError } from '../../domain/errors';
import { sha256Hex } from '../../domain/identity';
import type { Comparison, Configuration, Repositories } from '../../ports';
import { run } from '../../process';
import { gitEnvironment } from './git-environment';
import { pipelineBlobs } from './tree-listing';

const fetchTimeoutMs = 5 * 60_000;
const localTimeoutMs = 60_000;
/** UTF-16 units of pipeline files that are kept: what a commit holds never changes, and most events are of a known one. */
const keptFiles = 16 * 1024 * 1024;

/** Changed files whose paths are told; a larger change is one that nobody filters by path. */
const maxChangedPaths = 3000;

type Files = Awaited<ReturnType<Repositories['files']>>;

type Registered = PlatformConfiguration['repositories'][number];

/**
 * Git by the git command: one bare mirror a repository, and checkouts that borrow the mirror's objects.
 * A checkout is an own repository, not a worktree: a step cannot move the mirror's refs, and a crash leaves nothing behind in it.
 */
export class GitRepositories implements Repositories {
  private readonly fetching = new Map<string, Promise<void>>();
  private readonly known = new LRUCache<string, Files>({
    maxSize: keptFiles,
    sizeCalculation: (files) => files.reduce((sum, { path, text }) => sum + path.length + text.length, 1),
  });

  constructor(
    private readonly options: {
      mirrors: string;
      configuration: Configuration;
      /** Value of a `${env:NAME}` reference. */
      secret: (reference: string) => string;
      path: string;
    },
  ) {}

  async head(repository: string, ref: string): Promise<string | undefined> {
    const registered = await this.registered(repository);
    const output = await this.remote(registered, ['ls-remote', '--', registered.url, ref]);
    const line = output.split('\n').find((row) => row.endsWith(`\t${ref}`));
    return line?.split('\t')[0];
  }

  async commitOf(repository: string, ref: string, start: string): Promise<string | undefined> {
    if (!/^[0-9a-f]{12,64}$/.test(start))
      throw new SagalineError('Malformed', 'digits of a commit id are needed');
    const head = await this.head(repository, ref);
    if (head === undefined) return undefined;
    const mirror = await this.mirrorWith(repository, head);
    const commit = (await this.answer(mirror, ['rev-parse', '--verify', '-q', `${start}^{commit}`]))?.trim();
    // A branch may be called like the digits, and then counts first.
    if (commit?.startsWith(start) !== true) return undefined;
    const isInHistory = await this.answer(mirror, ['merge-base', '--is-ancestor', commit, head]);
    return isInHistory === undefined ? undefined : commit;
  }

  async defaultBranch(repository: string): Promise<{ ref: string | null; commit: string } | undefined> {
    const registered = await this.registered(repository);
    const output = await this.remote(registered, ['ls-remote', '--symref', '--', registered.url, 'HEAD']);
    const commit = /^([0-9a-f]+)\tHEAD$/m.exec(output)?.[1];
    return commit === undefined ? undefined : { ref: /^ref: (.+)\tHEAD$/m.exec(output)?.[1] ?? null, commit };
  }

  async files(repository: string, commit: string, folder: string): Promise<Files> {
    const mirror = await this.mirrorFor(repository, commit);
    const key = [mirror, commit, folder].join('\n');
    const known = this.known.get(key);
    if (known) return known;
    const files = await this.filesOf(repository, mirror, commit, folder);
    this.known.set(key, files);
    return files;
  }

  private async filesOf(repository: string, mirror: string, commit: string, folder: string): Promise<Files> {
    const list = ['ls-tree', '-z', '-l', commit, '--', `${folder}/`];
    const listing = await this.needing(repository, commit, mirror, list);
    return Promise.all(
      pipelineBlobs(listing).map(async ({ id, path }) => ({
        path,
        text: await this.local(mirror, ['cat-file', 'blob', id]),
      })),
    );
  }

  async changedPaths(
    repository: string,
    { from, to, sinceMergeBase }: Comparison,
  ): Promise<string[] | undefined> {
    const mirror = await this.mirrorWith(repository, to).catch(unlessMissing);
    if (mirror === undefined || (await this.mirrorWith(repository, from).catch(unlessMissing)) === undefined)
      return undefined;
    const start = sinceMergeBase
      ? (await this.answer(mirror, ['merge-base', '--end-of-options', from, to]))?.trim()
      : from;
    // A pull request that was merged has nothing left to compare.
    if (start === undefined || (sinceMergeBase && start === to)) return undefined;
    const compare = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--end-of-options', start, to];
    const paths = (await this.answer(mirror, compare))?.split('\0').filter((path) => path !== '');
    return paths && paths.length <= maxChangedPaths ? paths : undefined;
  }

  async checkout(repository: string, commit: string, directory: string): Promise<string[]> {
    const objects = join(await this.mirrorFor(repository, commit), 'objects');
    await mkdir(directory, { recursive: true });
    await this.local(directory, ['init', '-q', '--template=', '.']);
    await writeFile(join(directory, '.git', 'objects', 'info', 'alternates'), `${objects}\n`);
    await this.needing(repository, commit, directory, ['checkout', '-q', '--detach', commit]);
    return [objects];
  }

  async release(_repository: string, directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true });
  }

  private async registered(repository: string): Promise<Registered> {
    const { repositories } = await this.options.configuration.current();
    const found = repositories.find((candidate) => candidate.name === repository);
    if (!found)
      throw new SagalineError('NotFound', `repository ${repository} is not registered in sagaline.yaml`);
    return found;
  }

  /** What git answers to what needs a commit: that is fetched only where git does not answer, and mostly costs no process. */
  private async needing(
    repository: string,
    commit: string,
    directory: string,
    args: string[],
  ): Promise<string> {
    const known = await this.answer(directory, args);
    if (known !== undefined) return known;
    await this.mirrorWith(repository, commit);
    return this.local(directory, args);
  }

  /** Path of the mirror, which then holds the commit: fetched only when it is not there yet. */
  private async mirrorWith(repository: string, commit: string): Promise<string> {
    const mirror = await this.mirrorFor(repository, commit);
    if (await this.holds(mirror, commit)) return mirror;
    await this.fetch(await this.registered(repository), mirror);
    if (await this.holds(mirror, commit)) return mirror;
    throw new SagalineError('CommitNotFound', `commit ${commit} is not in repository ${repository}`);
  }

  /** Path of the mirror, whether it holds the commit or not. Throws Malformed for what is no full commit id. */
  private async mirrorFor(repository: string, commit: string): Promise<string> {
    if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new SagalineError('Malformed', 'a full commit id is needed');
    return this.mirror(await this.registered(repository));
  }

  private async mirror(registered: Registered): Promise<string> {
    const mirror = join(this.options.mirrors, `${sha256Hex(registered.url).slice(0, 32)}.git`);
    if (await isFolder(mirror)) return mirror;
    const temporary = `${mirror}.${process.pid}.${Date.now()}`;
    await mkdir(temporary, { recursive: true });
    await this.local(temporary, ['init', '-q', '--bare', '--template=', '.']);
    // Another worker may have been faster: its mirror is as good as this one.
    await rename(temporary, mirror).catch(() => rm(temporary, { recursive: true, force: true }));
    return mirror;
  }

  private async fetch(registered: Registered, mirror: string): Promise<void> {
    const running = this.fetching.get(mirror);
    if (running) return running;
    const args = [
      'fetch',
      '-q',
      '--prune',
      '--no-recurse-submodules',
      '--',
      registered.url,
      '+refs/*:refs/*',
    ];
    const fetched = this.remote(registered, args, mirror)
      .then(() => undefined)
      .finally(() => this.fetching.delete(mirror));
    this.fetching.set(mirror, fetched);
    return fetched;
  }

  private async holds(mirror: string, commit: string): Promise<boolean> {
    return (await this.answer(mirror, ['cat-file', '-e', `${commit}^{commit}`])) !== undefined;
  }

  /** What git prints, or undefined where it says no or prints too much. */
  private async answer(directory: string, args: string[]): Promise<string | undefined> {
    const { exitCode, stdout } = await this.git(directory, args, gitEnvironment(this.options.path));
    return exitCode === 0 ? stdout : undefined;
  }

  private async local(directory: string, args: string[]): Promise<string> {
    const result = await this.git(directory, args, gitEnvironment(this.options.path));
    if (result.exitCode !== 0) throw new Error(`git ${args[0] ?? ''} failed: ${result.stderr.slice(-2000)}`);
    return result.stdout;
  }

  private async remote(
    registered: Registered,
    args: string[],
    directory = this.options.mirrors,
  ): Promise<string> {
    const { credentials } = await this.options.configuration.current();
    const credential = credentials.find((candidate) => candidate.name === registered.credential);
    const login = credential && {
      host: credential.host,
      user: credential.user,
      password: this.options.secret(credential.secret),
    };
    await mkdir(directory, { recursive: true });
    const result = await this.git(
      directory,
      args,
      gitEnvironment(this.options.path, registered.url, login),
      fetchTimeoutMs,
    );
    if (result.exitCode === 0) return result.stdout;
    const why = result.timedOut ? 'no answer in time' : result.stderr.trim().slice(-500);
    throw new SagalineError('RepositoryUnreachable', `repository ${registered.name} cannot be read: ${why}`);
  }

  private git(directory: string, args: string[], env: Record<string, string>, timeoutMs = localTimeoutMs) {
    return run(['git', ...args], { cwd: directory, env, timeoutMs, maxOutputBytes: 16 * 1024 * 1024 });
  }
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof SagalineError) || error.code !== 'CommitNotFound') throw error;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
