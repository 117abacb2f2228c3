import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, Header, type HeaderData } from 'tar';
import { FileBlobStore } from '../../../src/adapters/blobs/files';
import { unpackArtifact } from '../../../src/adapters/targets/artifact';

describe('unpacking an artifact', () => {
  let folder: string;
  let source: string;
  let blobs: FileBlobStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sagaline-artifact-'));
    source = join(folder, 'source');
    blobs = new FileBlobStore(join(folder, 'blobs'));
    await mkdir(join(source, 'dist'), { recursive: true });
    await writeFile(join(source, 'dist', 'server.js'), 'code');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const unpack = async (names: string[], cwd = source) => {
    const file = join(folder, 'a.tar');
    // Not streamed: the library's stream can end before a hard link that waits for its file.
    create({ cwd, file, preservePaths: true, sync: true }, names);
    await unpackArtifact(blobs, await blobs.put(file), join(folder, 'app'));
  };

  it('writes files, and links that stay inside', async () => {
    await symlink('dist/server.js', join(source, 'main.js'));
    await unpack(['dist/server.js', 'main.js']);
    expect(await readFile(join(folder, 'app', 'main.js'), 'utf8')).toBe('code');
  });

  it('refuses a link that leaves the folder', async () => {
    await symlink('../../blobs', join(source, 'dist', 'out'));
    await expect(unpack(['dist/out'])).rejects.toMatchObject({ code: 'Malformed' });
    await expect(stat(join(folder, 'app'))).rejects.toThrow();
  });

  it('refuses an absolute link', async () => {
    await symlink('/etc', join(source, 'etc'));
    await expect(unpack(['etc'])).rejects.toMatchObject({ code: 'Malformed' });
  });

  it('refuses an entry that leaves the folder', async () => {
    await writeFile(join(source, 'evil.js'), 'evil');
    await expect(unpack(['../evil.js'], join(source, 'dist'))).rejects.toMatchObject({ code: 'Malformed' });
  });

  it('refuses a hard link, which could name any file of the machine', async () => {
    await link(join(source, 'dist', 'server.js'), join(source, 'twin.js'));
    await expect(unpack(['dist/server.js', 'twin.js'])).rejects.toMatchObject({
      code: 'Malformed',
      detail: 'the artifact entry twin.js is a Link',
    });
  });

  /** An archive of these entries, written by hand: no tool would make such ones. */
  const unpackEntries = async (...entries: Partial<HeaderData>[]) => {
    const file = join(folder, 'b.tar.gz');
    const headers = entries.map((entry) => {
      const header = new Header({ mode: 0o644, size: 0, mtime: new Date(0), type: 'File', ...entry });
      header.encode();
      return header.block ?? Buffer.alloc(0);
    });
    await writeFile(file, gzipSync(Buffer.concat([...headers, Buffer.alloc(1024)])));
    await unpackArtifact(blobs, await blobs.put(file), join(folder, 'app'));
  };
  const left = async () => (await readdir(folder)).toSorted();

  it.each<[string, Partial<HeaderData>]>([
    ['a/../../b', { path: 'a/../../b' }],
    ['/etc/b', { path: '/etc/b' }],
    ['..', { path: '..', type: 'Directory' }],
    ['a link to /etc/passwd', { path: 'a', type: 'SymbolicLink', linkpath: '/etc/passwd' }],
    ['a hard link to /etc/passwd', { path: 'a', type: 'Link', linkpath: '/etc/passwd' }],
    ['a hard link to ../b', { path: 'a', type: 'Link', linkpath: '../b' }],
    ['a device', { path: 'a', type: 'CharacterDevice' }],
    ['a pipe', { path: 'a', type: 'FIFO' }],
  ])('refuses %s, and writes nothing of the entries before it', async (_, entry) => {
    await expect(unpackEntries({ path: 'good' }, entry)).rejects.toMatchObject({ code: 'Malformed' });
    expect(await left()).toEqual(['b.tar.gz', 'blobs', 'source']);
  });

  it('refuses a million entries without writing one', async () => {
    const file = join(folder, 'many.tar.gz');
    const header = new Header({ path: 'a', mode: 0o644, size: 0, mtime: new Date(0), type: 'File' });
    header.encode();
    const part = gzipSync(Buffer.alloc(10_000 * 512, header.block ?? ''));
    await writeFile(file, Buffer.concat(Array.from({ length: 100 }, () => part)));
    const digest = await blobs.put(file);
    await expect(unpackArtifact(blobs, digest, join(folder, 'app'))).rejects.toMatchObject({
      code: 'TooLarge',
    });
    expect(await left()).toEqual(['blobs', 'many.tar.gz', 'source']);
  });

  it('refuses an entry that is larger than may be unpacked', async () => {
    await expect(unpackEntries({ path: 'a', size: 5 * 1024 ** 3 })).rejects.toMatchObject({
      code: 'TooLarge',
    });
  });

  it('throws NotFound for an unknown digest', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    await expect(unpackArtifact(blobs, digest, join(folder, 'app'))).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});
