/** A script of a step, and all that it may use of the state folder. Paths are absolute. */
export interface StepScript {
  script: string;
  /** The whole environment: nothing of the worker's own is inherited. */
  env: Record<string, string>;
  cwd: string;
  /** Folder of this step alone, which holds `cwd`. */
  root: string;
  /** Empty folder within `root`. */
  temporary: string;
  /** Folders that it may read. */
  borrowed: string[];
}

/** How a process is started: its command line, where, and its whole environment. */
export interface ProcessStart {
  argv: string[];
  cwd: string;
  env: Record<string, string>;
}
