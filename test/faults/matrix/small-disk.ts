import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Stage, startStage } from './stage';

/** A stage of which a part is on a disk of its own, which can be filled. */
export interface SmallStage extends Stage {
  /** Writes until nothing more fits; the result removes that again. */
  fill: () => Promise<() => Promise<void>>;
}

/** What is put on a small disk: its place below the world's folder, and the size of the disk in MiB. */
export const smallDisks = {
  'state folder': { place: 'state', sizeMiB: 400 },
  artifacts: { place: 'state/blobs', sizeMiB: 16 },
  'logs of steps': { place: 'state/logs/runs', sizeMiB: 16 },
} as const;

/** Mounts a small tmpfs, which takes root on Linux, and starts a stage on it. */
export async function startSmallStage(what: keyof typeof smallDisks): Promise<SmallStage> {
  const { place, sizeMiB } = smallDisks[what];
  const disk = mkdtempSync(join(tmpdir(), 'sagaline-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(sizeMiB)}m`, 'sagaline-faults', disk]);
  const unmount = () => {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  };
  const content = join(disk, 'content');
  mkdirSync(content, { mode: 0o700 });
  try {
    const stage = await startStage(`embedded, ${what} on a disk of ${String(sizeMiB)} MiB`, {}, (folder) => {
      mkdirSync(dirname(join(folder, place)), { recursive: true, mode: 0o700 });
      symlinkSync(content, join(folder, place));
    });
    const stop = async () => {
      const left = await stage.stop();
      unmount();
      return left;
    };
    return { ...stage, fill: () => fill(join(disk, 'filler')), stop };
  } catch (error) {
    unmount();
    throw error;
  }
}

async function fill(path: string): Promise<() => Promise<void>> {
  const file = await open(path, 'w');
  // Smaller and smaller pieces, so that in the end not one byte fits.
  for (const size of [1024 * 1024, 4096, 1]) {
    const piece = Buffer.alloc(size);
    while (
      await file.write(piece).then(
        ({ bytesWritten }) => bytesWritten > 0,
        () => false,
      )
    );
  }
  await file.close();
  return () => rm(path, { force: true });
}
