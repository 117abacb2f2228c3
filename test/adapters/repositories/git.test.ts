import { access, chmod, copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitEnvironment } from '../../../src/adapters/repositories/git-environment';
import { createGitFixture, type GitFixture } from './fixture';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test('the head of a ref is read from the registered repository', async () => {
  const commit = await fixture.commit({ a: '1' });
  expect(await fixture.repositories.head('acme/shop', 'refs/heads/main')).toBe(commit);
  expect(await fixture.repositories.head('acme/shop', 'refs/heads/none')).toBeUndefined();
  await expect(fixture.repositories.head('acme/other', 'refs/heads/main')).rejects.toThrow('not registered');
});

describe('the beginning of a commit id', () => {
  const main = 'refs/heads/main';
  const commitOf = (start: string, ref = main) => fixture.repositories.commitOf('acme/shop', ref, start);

  test('is completed to a commit in the history of the ref, also when the ref has moved on', async () => {
    const first = await fixture.commit({ a: '1' });
    expect(await commitOf(first.slice(0, 12))).toBe(first);
    const second = await fixture.commit({ a: '2' });
    expect(await commitOf(first.slice(0, 12))).toBe(first);
    expect(await commitOf(second)).toBe(second);
    expect(await commitOf('0'.repeat(12))).toBeUndefined();
    expect(await commitOf(first.slice(0, 12), 'refs/heads/none')).toBeUndefined();
  });

  test('is of no commit of another branch, nor of a branch that is called so', async () => {
    await fixture.commit({ a: '1' });
    await fixture.git('checkout', '-q', '-b', 'other');
    const other = await fixture.commit({ a: 'other' });
    await fixture.git('branch', '0'.repeat(12), 'main');
    expect(await commitOf(other.slice(0, 12))).toBeUndefined();
    expect(await commitOf(other.slice(0, 12), 'refs/heads/other')).toBe(other);
    expect(await commitOf('0'.repeat(12))).toBeUndefined();
  });

  test('is of none where another commit begins so, too', async () => {
    const commit = await fixture.commit({ a: '1' });
    const start = commit.slice(0, 12);
    expect(await commitOf(start)).toBe(commit);
    const mirrors = join(fixture.folder, 'mirrors');
    const [mirror = ''] = await readdir(mirrors);
    const folder = join(mirrors, mirror, 'objects', commit.slice(0, 2));
    await copyFile(join(folder, commit.slice(2)), join(folder, `${start.slice(2)}${'0'.repeat(28)}`));
    expect(await commitOf(start)).toBeUndefined();
  });

  test.each(['--all', 'HEAD~1', 'main', 'a'.repeat(11)])('that is %s is refused', async (start) => {
    await fixture.commit({ a: '1' });
    await expect(commitOf(start)).rejects.toMatchObject({ code: 'Malformed' });
  });
});

test('the default branch is what HEAD names, with its commit', async () => {
  const branch = () => fixture.repositories.defaultBranch('acme/shop');
  expect(await branch()).toBeUndefined();
  const commit = await fixture.commit({ a: '1' });
  expect(await branch()).toEqual({ ref: 'refs/heads/main', commit });
  await fixture.git('checkout', '-q', '-b', 'next/one');
  const next = await fixture.commit({ a: '2' });
  expect(await branch()).toEqual({ ref: 'refs/heads/next/one', commit: next });
  await fixture.git('checkout', '-q', '--detach', commit);
  expect(await branch()).toEqual({ ref: null, commit });
});

test('files are those of the commit asked for, regular files of one folder only', async () => {
  const first = await fixture.commit({
    '.sagaline/a.yaml': 'one',
    '.sagaline/deep/b.yaml': 'no',
    'c.yaml': 'no',
  });
  await symlink('/etc/passwd', join(fixture.origin, '.sagaline/link.yaml'));
  const second = await fixture.commit({ '.sagaline/a.yaml': 'two', '.sagaline/note.txt': 'no' });
  const texts = async (commit: string) =>
    (await fixture.repositories.files('acme/shop', commit, '.sagaline')).map(
      ({ path, text }) => `${path}=${text}`,
    );
  expect(await texts(first)).toEqual(['.sagaline/a.yaml=one']);
  expect(await texts(second)).toEqual(['.sagaline/a.yaml=two']);
});

test('files of a commit are read once', async () => {
  const commit = await fixture.commit({ '.sagaline/a.yaml': 'one' });
  const files = () => fixture.repositories.files('acme/shop', commit, '.sagaline');
  expect(await files()).toBe(await files());
});

test('two callers at once get a commit that was pushed after the first mirror was made', async () => {
  const first = await fixture.commit({ a: '1' });
  await fixture.repositories.files('acme/shop', first, '.sagaline');
  const second = await fixture.commit({ a: '2' });
  const folders = [join(fixture.folder, 'x'), join(fixture.folder, 'y')];
  await Promise.all(folders.map((folder) => fixture.repositories.checkout('acme/shop', second, folder)));
  for (const folder of folders) expect(await readFile(join(folder, 'a'), 'utf8')).toBe('2');
});

test('an unknown commit, and anything that is not a full commit id, is refused', async () => {
  await fixture.commit({ a: '1' });
  const checkout = (commit: string) =>
    fixture.repositories.checkout('acme/shop', commit, join(fixture.folder, 'x'));
  await expect(checkout('f'.repeat(40))).rejects.toMatchObject({ code: 'CommitNotFound' });
  for (const commit of ['--upload-pack=touch /tmp/x', 'main', 'HEAD', '']) {
    await expect(checkout(commit)).rejects.toMatchObject({ code: 'Malformed' });
  }
});

test('a step that rewrites refs and objects of its checkout leaves the mirror as it was', async () => {
  const commit = await fixture.commit({ a: '1' });
  const folder = join(fixture.folder, 'work');
  await fixture.repositories.checkout('acme/shop', commit, folder);
  expect(await readFile(join(folder, '.git/objects/info/alternates'), 'utf8')).toContain('mirrors');
  await writeFile(join(folder, '.git/refs/heads/main'), `${'0'.repeat(40)}\n`);
  await fixture.repositories.release('acme/shop', folder);
  expect(await exists(folder)).toBe(false);
  const again = join(fixture.folder, 'again');
  await fixture.repositories.checkout('acme/shop', commit, again);
  expect(await readFile(join(again, 'a'), 'utf8')).toBe('1');
});

test('neither a hook nor a submodule of the repository runs or is fetched', async () => {
  const other = await createGitFixture();
  const proof = join(fixture.folder, 'proof');
  try {
    await other.commit({ s: '1' });
    await fixture.commit({ a: '1' });
    await fixture.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other.origin, 'sub');
    const hook = join(fixture.origin, '.git/hooks/post-checkout');
    await writeFile(hook, `#!/bin/sh\ntouch ${proof}\n`);
    await chmod(hook, 0o755);
    const commit = await fixture.commit({ b: '1' });
    const folder = join(fixture.folder, 'work');
    await fixture.repositories.checkout('acme/shop', commit, folder);
    expect(await exists(join(folder, 'sub/s'))).toBe(false);
    expect(await exists(proof)).toBe(false);
  } finally {
    await other.remove();
  }
});

test.each([
  ['ext::sh -c "touch /tmp/sagaline-ext"', 'ext'],
  ['/nonexistent/repository.git', 'file'],
])('a repository that cannot be read says so: %s', async (url, _transport) => {
  const broken = await createGitFixture(url);
  const reading = broken.repositories.head('acme/shop', 'refs/heads/main');
  await expect(reading).rejects.toMatchObject({ code: 'RepositoryUnreachable' });
  expect(await exists('/tmp/sagaline-ext')).toBe(false);
  await broken.remove();
});

test('a credential is handed to its own host only, and only for the registered transport', () => {
  const login = { host: 'git.example', user: 'bot', password: 'hunter22' };
  const own = JSON.stringify(gitEnvironment('/bin', 'https://git.example/acme/shop.git', login));
  expect(own).toContain(Buffer.from('bot:hunter22').toString('base64'));
  expect(own).toContain('http.https://git.example/.extraHeader');
  expect(gitEnvironment('/bin', 'https://git.example/x', login)['GIT_ALLOW_PROTOCOL']).toBe('https');
  const foreign = JSON.stringify(gitEnvironment('/bin', 'https://evil.example/acme/shop.git', login));
  expect(foreign).not.toContain('Authorization');
  for (const url of ['git@git.example:acme/shop.git', 'ssh://git@git.example/acme/shop.git', '/srv/shop.git'])
    expect(JSON.stringify(gitEnvironment('/bin', url, login))).not.toContain('Authorization');
});

describe('changed paths', () => {
  const changed = (from: string, to: string, sinceMergeBase = false) =>
    fixture.repositories.changedPaths('acme/shop', { from, to, sinceMergeBase });

  it('are those of added, changed, deleted and moved files, whatever their names', async () => {
    const names = ['a b.txt', 'line\nbreak', '"quoted"', 'ü.md', '--output=x'];
    const from = await fixture.commit({ keep: '1', gone: '1', 'old/name': 'moved' });
    await fixture.git('mv', 'old', 'new');
    await fixture.git('rm', '-q', 'gone');
    const to = await fixture.commit(Object.fromEntries(names.map((name) => [name, 'x'])));
    const wanted = [...names, 'gone', 'old/name', 'new/name'];
    expect((await changed(from, to))?.sort()).toEqual(wanted.sort());
    expect(await changed(to, to)).toEqual([]);
  });

  it('of a branch are those since it left the other one, until it is merged', async () => {
    await fixture.commit({ a: '1' });
    await fixture.git('checkout', '-q', '-b', 'topic');
    const topic = await fixture.commit({ b: '1' });
    await fixture.git('checkout', '-q', 'main');
    const main = await fixture.commit({ c: '1' });
    expect(await changed(main, topic, true)).toEqual(['b']);
    expect((await changed(main, topic))?.sort()).toEqual(['b', 'c']);
    await fixture.git('merge', '-q', '--no-edit', 'topic');
    expect(await changed(await fixture.git('rev-parse', 'HEAD'), topic, true)).toBeUndefined();
  });

  it('are not known of a commit that is gone, of strangers, and of a change too large to tell', async () => {
    const first = await fixture.commit({ a: '1' });
    const many = Object.fromEntries([...Array(3001).keys()].map((at) => [`many/${String(at)}`, '']));
    const large = await fixture.commit(many);
    expect(await changed(first, large)).toBeUndefined();
    expect(await changed('d'.repeat(40), first)).toBeUndefined();
    expect(await changed(first, 'd'.repeat(40))).toBeUndefined();
    await fixture.git('checkout', '-q', '--orphan', 'other');
    const stranger = await fixture.commit({ b: '1' });
    expect(await changed(first, stranger, true)).toBeUndefined();
    await expect(changed('HEAD', first)).rejects.toMatchObject({ code: 'Malformed' });
  });
});
