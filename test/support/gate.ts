import { access, rm, writeFile } from 'node:fs/promises';
import { until } from './until';

/** Holds builds back. */
export interface Gate {
  /** File whose presence makes a build wait. */
  file: string;
  close: () => Promise<void>;
  open: () => Promise<void>;
  /** Resolves when that attempt to build the commit waits. */
  waits: (commit: string, attempt: number) => Promise<void>;
}

/** The gate of builds whose pipeline comes from `pipelineOf(file)`; it is open at first. */
export function createGate(file: string): Gate {
  return {
    file,
    close: () => writeFile(file, ''),
    open: () => rm(file, { force: true }),
    async waits(commit, attempt) {
      const marker = `${file}-${commit}-${String(attempt)}`;
      await until(`attempt ${String(attempt)} of the build waits`, () =>
        access(marker).then(
          () => true,
          () => false,
        ),
      );
    },
  };
}
