import type { StepIsolation } from '../../ports';

/** No isolation: a script sees what the account of its worker sees. */
export const noIsolation: StepIsolation = {
  command: ({ script, cwd, env }) => ({ argv: ['sh', '-e', '-c', script], cwd, env }),
};
