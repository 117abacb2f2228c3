import type { ShellInput } from '../../activities/shell';

let runs = 0;

/** What a run of its own gives a build step that has this script and wants nothing else. */
export function shellInput(commit: string, script: string, change: Partial<ShellInput> = {}): ShellInput {
  runs += 1;
  return {
    run: `run:${String(runs)}`,
    step: 'build',
    phase: 'step',
    repository: 'acme/shop',
    commit,
    ref: 'refs/heads/main',
    change: { repository: 'acme/shop', ref: 'refs/heads/main', pipeline: 'deliver', kind: 'push' },
    script,
    env: {},
    timeoutMs: 20_000,
    artifacts: [],
    collect: [],
    cache: null,
    environment: null,
    secrets: [],
    ...change,
  };
}
