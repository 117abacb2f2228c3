import { z } from 'zod';
import { milliseconds } from './duration';
import { durationSchema } from './duration-schema';
import { isFields } from './field-schemas';

/** Looks that follow each other faster would use up what the API lets one token ask in an hour. */
const shortestMs = 10_000;
/** GitHub keeps deliveries for three days, GitHub Enterprise Server for seven. */
const longestDays = 7;

const dayMs = 24 * 60 * 60 * 1_000;

const appHook = '/app/hook';
const apiPath = /\/(repos\/[\w.-]+\/[\w.-]+\/hooks\/\d+|orgs\/[\w.-]+\/hooks\/\d+|app\/hook)$/;

/** Written as it is called, with nothing that a longer path would not come after. */
export function isHookUrl(url: string): boolean {
  const { href, origin, pathname, username } = new URL(url);
  return href === url && href === `${origin}${pathname}` && username === '' && apiPath.test(pathname);
}

const hookSchema = z
  .strictObject({
    /** Url of the hook in the API, as the API calls it. */
    url: z
      .url({ protocol: /^https?$/, error: 'must be a URL', abort: true })
      .refine(
        isHookUrl,
        'must be the URL of a hook in the API: https://api.github.com/repos/<owner>/<name>/hooks/<id>, /orgs/<name>/hooks/<id> or /app/hook',
      ),
    /** Name of the credential: a token, or the private key of the app. */
    credential: z.string(),
    /** Id of the GitHub App. */
    app: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'must be the id of a GitHub App, such as "123456"')
      .optional(),
  })
  .refine(({ url, app }) => url.endsWith(appHook) === (app !== undefined), {
    message: 'app goes with /app/hook, and only with it',
    path: ['app'],
    when: isFields,
  });

/** Which hooks of a forge are compared with the ledger, so that what was missed is delivered again. */
export const redeliverSchema = z.strictObject({
  hooks: z.array(hookSchema).min(1).max(100),
  /** Time between two looks at a hook. */
  every: durationSchema
    .refine((every) => milliseconds(every) >= shortestMs, 'must be at least 10s')
    .refine((every) => milliseconds(every) <= dayMs, 'must be at most 1d')
    .default('5m'),
  /** Age up to which a delivery is asked for again. */
  window: durationSchema
    .refine(
      (window) => milliseconds(window) <= longestDays * dayMs,
      'must be at most 7d: GitHub keeps deliveries for 3 days, GitHub Enterprise Server for 7',
    )
    .default('3d'),
});

/** A hook as sagaline.yaml names it. */
export type HookSettings = z.infer<typeof hookSchema>;
