import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, Repositories } from '../src/ports';
import { unpack } from './archive';

/** A step's own place on disk: a fresh checkout, an empty home and a temporary folder. */
export interface Workspace {
  /** Holds the others. */
  root: string;
  source: string;
  home: string;
  temporary: string;
  /** Folders elsewhere that the checkout reads. */
  borrowed: string[];
}

export interface WorkspaceContent {
  repository: string;
  commit: string;
  /** Digests of the archives of the steps it needs, in pipeline order: a later one overwrites. */
  artifacts: string[];
}

interface WorkspacePorts {
  repositories: Repositories;
  blobs: BlobStore;
  /** Folder of this worker alone: what a killed worker left behind can be told from what is in use. */
  workFolder: string;
}

/** Makes a workspace, lends it, and removes it whatever happens. */
export async function withWorkspace<T>(
  ports: WorkspacePorts,
  content: WorkspaceContent,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  await mkdir(ports.workFolder, { recursive: true });
  const root = await mkdtemp(join(ports.workFolder, 'step-'));
  const [source, home, temporary] = [join(root, 'source'), join(root, 'home'), join(root, 'tmp')];
  try {
    await Promise.all([mkdir(home), mkdir(temporary)]);
    // A step may see it as /tmp, which every account of a machine may write.
    await chmod(temporary, 0o1777);
    const borrowed = await ports.repositories.checkout(content.repository, content.commit, source);
    for (const digest of content.artifacts) await unpack(ports.blobs, digest, source);
    return await work({ root, source, home, temporary, borrowed });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
