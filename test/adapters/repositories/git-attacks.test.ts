import { access, chmod, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitRepositories } from '../../../src/adapters/repositories/git';
import { parseConfiguration } from '../../../src/domain/configuration-file';
import { startServer } from '../http/server';
import { createGitFixture, type GitFixture } from './fixture';

let fixture: GitFixture;
let proof: string;
beforeEach(async () => {
  fixture = await createGitFixture();
  proof = join(fixture.folder, 'proof');
});
afterEach(() => fixture.remove());

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
const unread = expect.objectContaining({ code: 'RepositoryUnreachable' });

describe('an option', () => {
  it('in the place of a ref is a ref that is not there', async () => {
    await fixture.commit({ a: '1' });
    for (const ref of [`--upload-pack=touch ${proof}`, `-u${proof}`, '--heads', '--', '-'])
      expect(await fixture.repositories.head('acme/shop', ref)).toBeUndefined();
    expect(await exists(proof)).toBe(false);
  });

  it('in the place of an address is no repository', async () => {
    for (const url of [`--upload-pack=touch ${proof};`, `-ctouch ${proof}`]) {
      const broken = await createGitFixture(url);
      await expect(broken.repositories.head('acme/shop', 'refs/heads/main')).rejects.toEqual(unread);
      await expect(broken.repositories.defaultBranch('acme/shop')).rejects.toEqual(unread);
      await expect(broken.repositories.files('acme/shop', 'f'.repeat(40), 'x')).rejects.toEqual(unread);
      await broken.remove();
    }
    expect(await exists(proof)).toBe(false);
  });
});

it.each([
  'ext::sh -c "touch PROOF"',
  'ssh://-oProxyCommand=touch%20PROOF/x',
  'fd::17',
  '-oProxyCommand=touch PROOF:x',
])('the transport of %s runs nothing', async (written) => {
  const broken = await createGitFixture(written.replace('PROOF', proof));
  await expect(broken.repositories.head('acme/shop', 'refs/heads/main')).rejects.toEqual(unread);
  await broken.remove();
  expect(await exists(proof)).toBe(false);
});

/** Puts an entry into the index of the origin that no working tree could hold. */
const entry = (mode: string, id: string, path: string) =>
  fixture.git('update-index', '--add', '--cacheinfo', `${mode},${id},${path}`);

it.each([
  ['ends in a carriage return', 'sub\r', 'sub'],
  ['differs in case from a link', 'A/modules/x', 'a'],
])('a submodule whose path %s fills no folder of hooks', async (_, path, link) => {
  const other = await createGitFixture();
  try {
    await other.commit({ 'post-checkout': `#!/bin/sh\ntouch ${proof}\n` });
    await chmod(join(other.origin, 'post-checkout'), 0o755);
    const hook = await other.commit({});
    await fixture.commit({ file: '1' });
    await symlink('.git/hooks', join(fixture.origin, link));
    await writeFile(
      join(fixture.origin, '.gitmodules'),
      `[submodule "x/y"]\n\tpath = "${path}"\n\turl = ${other.origin}\n`,
    );
    await fixture.git('add', '-A');
    await entry('160000', hook, path);
    await fixture.git('commit', '-q', '-m', 'a hook in a submodule');
    const folder = join(fixture.folder, 'work');
    await fixture.repositories.checkout('acme/shop', await fixture.git('rev-parse', 'HEAD'), folder);
    expect(await readlink(join(folder, link))).toBe('.git/hooks');
    expect(await exists(join(folder, '.git/hooks/post-checkout'))).toBe(false);
    expect(await exists(join(folder, '.git/modules'))).toBe(false);
    expect(await exists(proof)).toBe(false);
  } finally {
    await other.remove();
  }
});

it('a hook that lies in the folder of a checkout does not run', async () => {
  const commit = await fixture.commit({ a: '1' });
  const hooks = join(fixture.folder, 'work/.git/hooks');
  await mkdir(hooks, { recursive: true });
  await writeFile(join(hooks, 'post-checkout'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  await fixture.repositories.checkout('acme/shop', commit, join(fixture.folder, 'work'));
  expect(await readFile(join(fixture.folder, 'work/a'), 'utf8')).toBe('1');
  expect(await exists(proof)).toBe(false);
});

it('what was approved is what is checked out, although its tag has moved', async () => {
  const approved = await fixture.commit({ a: 'approved' });
  await fixture.git('tag', 'v1');
  const contentOf = async (folder: string) => {
    await fixture.repositories.checkout('acme/shop', approved, join(fixture.folder, folder));
    return readFile(join(fixture.folder, folder, 'a'), 'utf8');
  };
  expect(await contentOf('one')).toBe('approved');
  const other = await fixture.commit({ a: 'other' });
  await fixture.git('tag', '-f', 'v1');
  // Asking for the other commit brings the moved tag into the mirror.
  await fixture.repositories.checkout('acme/shop', other, join(fixture.folder, 'two'));
  expect(await fixture.repositories.head('acme/shop', 'refs/tags/v1')).toBe(other);
  expect(await contentOf('three')).toBe('approved');
});

describe('a host that redirects', () => {
  it.each([[''], [', credential: bot']])(
    'leads neither git nor a login elsewhere (%j)',
    async (credential) => {
      const elsewhere = await startServer((_, response) => void response.writeHead(404).end());
      const host = await startServer((asked, response) => {
        response.writeHead(302, { location: `${elsewhere.origin}${asked.url ?? ''}` }).end();
      });
      const yaml = `apiVersion: sagaline/v1
repositories: [{ name: acme/shop, url: "${host.origin}/shop.git"${credential} }]
credentials: [{ name: bot, host: "127.0.0.1:${String(host.port)}", secret: "\${env:BOT}" }]
`;
      const repositories = new GitRepositories({
        mirrors: join(fixture.folder, 'mirrors'),
        configuration: { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)) },
        secret: () => 'pa55word-of-the-bot',
        path: process.env['PATH'] ?? '',
      });
      await expect(repositories.head('acme/shop', 'refs/heads/main')).rejects.toEqual(unread);
      expect(host.asked.map(({ headers }) => headers.authorization !== undefined)).toEqual([
        credential !== '',
      ]);
      expect(elsewhere.asked).toEqual([]);
      await Promise.all([host.close(), elsewhere.close()]);
    },
  );
});
