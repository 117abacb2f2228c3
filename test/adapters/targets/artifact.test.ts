import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
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
    await create({ cwd, file, preservePaths: true }, names);
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

  it('throws NotFound for an unknown digest', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    await expect(unpackArtifact(blobs, digest, join(folder, 'app'))).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});
