import { z } from 'zod';

/** owner/name, with groups between where a host has them; no part that a path or a command would read as its own. */
export const repositoryName = z
  .string()
  .max(200)
  .regex(/^((^|\/)(?!\.{1,2}(\/|$)|-)[\w.-]+){2,}$/, 'must look like owner/name');
