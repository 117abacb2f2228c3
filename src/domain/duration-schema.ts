import { z } from 'zod';

/** A duration as people write it: a number with ms, s, m, h or d. */
export const durationSchema = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,3})?(ms|s|m|h|d)$/, 'must be a duration such as 500ms, 30s, 10m, 1h or 2d');
